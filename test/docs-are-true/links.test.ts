import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { anchorsOf, linksOf } from "./markdown-links.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PICTURES = join("docs", "images");

/** Every Markdown page of the project, by its path from the root. */
const PAGES = new Map(
  [
    ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
    ...["docs", "bench", "deploy"]
      .filter((folder) => existsSync(join(ROOT, folder)))
      .flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
      )
      .filter((name) => name.endsWith(".md")),
  ].map((page) => [page, readFileSync(join(ROOT, page), "utf8")]),
);

test("the pages that a newcomer looks for are there", () => {
  const wanted = ["README", "ARCHITECTURE", "STYLE", "GLOSSARY", "CONTRIBUTING", "SECURITY", "CHANGELOG"];
  expect(wanted.filter((name) => !PAGES.has(`${name}.md`))).toEqual([]);
  expect(readFileSync(join(ROOT, "LICENSE"), "utf8")).toContain("Apache License");
});

test.each([...PAGES.keys()])("every link and picture of %s leads somewhere in this repository", (page) => {
  const broken = linksOf(PAGES.get(page) ?? "").filter((link) => isBroken(page, link));
  expect(broken).toEqual([]);
});

/** Links to other hosts are not followed: tests need no network. */
function isBroken(page: string, link: string): boolean {
  if (/^[a-z]+:/i.test(link)) return !/^(https?|mailto):/.test(link);
  const [path = "", anchor] = decodeURI(link).split("#");
  const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (dirname(target) === PICTURES && !existsSync(join(ROOT, PICTURES))) return false; // none was taken yet
  if (target.startsWith("..") || !existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(PAGES.get(target) ?? "").includes(anchor);
}

describe("links are found", () => {
  test("in text, as pictures, as references, in HTML, and not in code", () => {
    const page = '[a](a.md) ![b](b.png) `[c](c.md)` <img src="d.png">\n\n```\n[e](e.md)\n```\n\n[f]: f.md\n';
    expect(linksOf(page)).toEqual(["a.md", "b.png", "d.png", "f.md"]);
  });

  test("and headings give anchors as GitHub makes them", () => {
    expect(anchorsOf("# The life of a scan\n## `waybill start`, and why?\n")).toEqual([
      "the-life-of-a-scan",
      "waybill-start-and-why",
    ]);
  });
});
