import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";
import { describeSkips, type Skip } from "./describe-skips.js";

/**
 * Ends a run with the skipped tests and their reasons, and with the plain line `N passed, N failed, N skipped`. With
 * `CI=true` a skip fails the run: what nobody ran there, nobody ran at all.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped" && !isBehindFailure(test));
    const passed = tests.filter((test) => test.result().state === "passed").length;
    // A file or a hook that broke, or an error outside any test, is a failure even where no test of its own failed.
    const failed =
      tests.length - passed - skipped.length + modules.filter(isBrokenFile).length + unhandledErrors.length;
    const lines = describeSkips(skipped.map(describeSkip));
    process.stdout.write(
      `\n${[...lines, `${passed} passed, ${failed} failed, ${skipped.length} skipped`].join("\n")}\n`,
    );
    if (failed > 0 || (process.env.CI === "true" && skipped.length > 0)) process.exitCode = 1;
  }
}

function describeSkip(test: TestCase): Skip {
  const result = test.result();
  return {
    file: test.module.relativeModuleId,
    name: test.fullName,
    reason: result.state === "skipped" ? result.note : undefined,
  };
}

/** A test that did not run because a hook above it broke did not pass, and nobody chose to skip it. */
function isBehindFailure(test: TestCase): boolean {
  for (let above: TestSuite | TestModule = test.parent; ; above = above.parent) {
    if (above.errors().length > 0) return true;
    if (above.type === "module") return false;
  }
}

function isBrokenFile(module: TestModule): boolean {
  return module.errors().length > 0 && [...module.children.allTests()].length === 0;
}
