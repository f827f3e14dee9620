import { expect, test } from "vitest";
import { escapeHtml, fillLayout, parseLayout } from "./fill-layout.js";

test("texts are escaped, lists repeated, and what is empty left out", () => {
  const layout = parseLayout(
    "<b>{{a}}</b>[[when no]]never[[end]][[each list]][[when x]]<i>{{x}}</i>[[end]][[end]]{{=raw}}",
  );
  const filled = fillLayout(layout, { a: `<&"'>`, no: "", list: [{ x: "1" }, { x: "" }, { x: "3" }], raw: "{}" });
  expect(filled).toBe("<b>&#60;&#38;&#34;&#39;&#62;</b><i>1</i><i>3</i>{}");
});

test("a text that looks like a mark stays a text", () => {
  expect(fillLayout(parseLayout("{{a}}"), { a: "{{=b}}[[each c]]" })).toBe("{{=b}}[[each c]]");
});

test("a slot that is not given stops the mail", () => {
  expect(() => fillLayout(parseLayout("{{a}}"), {})).toThrow(/"a"/);
  expect(() => fillLayout(parseLayout("{{constructor}}"), {})).toThrow(/"constructor"/);
});

test.each(["[[when a]]", "[[end]]", "[[each a]][[end]][[end]]"])("the layout %j is refused", (source) => {
  expect(() => parseLayout(source)).toThrow(/block/);
});

test("characters that HTML may not hold are dropped", () => {
  expect(escapeHtml("a\u0000b\u001fc\nd")).toBe("abc\nd");
});
