import { describe, expect, test } from "vitest";
import { createMetrics } from "./metrics.js";

describe("metrics", () => {
  test("what was counted is in the scrape, with its labels", async () => {
    const metrics = createMetrics({ version: "1.2.3", processMetrics: false });
    metrics.pushes.add({ carrier: "ups", result: "stored" }, 2);
    metrics.pushes.add({ carrier: "ups", result: "stored" });
    metrics.queueWaiting.set({ queue: "normalize" }, 7);
    metrics.intakeBatchSize.observe({}, 20);
    const text = await metrics.scrape();
    expect(text).toContain('waybill_pushes_total{carrier="ups",result="stored"} 3');
    expect(text).toContain('waybill_queue_waiting{queue="normalize"} 7');
    expect(text).toContain('waybill_intake_batch_size_bucket{le="20"} 1');
    expect(text).toContain('waybill_build_info{version="1.2.3"} 1');
    expect(metrics.contentType).toContain("text/plain");
  });

  test("a stranger who makes up label values gets at most 50 of them", async () => {
    const metrics = createMetrics({ version: "1", processMetrics: false });
    for (let number = 0; number < 500; number += 1) metrics.pageViews.add({ result: `r${number}` });
    const series = (await metrics.scrape()).split("\n").filter((line) => line.startsWith("waybill_page_views_total{"));
    expect(series).toHaveLength(51);
    expect(series).toContain('waybill_page_views_total{result="other"} 450');
  });

  test("two registries know nothing of each other", async () => {
    const [one, other] = [
      createMetrics({ version: "1", processMetrics: true }),
      createMetrics({ version: "1", processMetrics: true }),
    ];
    one.messages.add({ channel: "email", result: "accepted" });
    expect(await one.scrape()).toContain('channel="email"');
    expect(await other.scrape()).not.toContain('channel="email"');
    expect(await other.scrape()).toContain("process_cpu_seconds_total");
  });
});
