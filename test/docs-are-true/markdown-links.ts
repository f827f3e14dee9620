/** The targets of links, pictures and reference definitions in a Markdown text, code left out, in order of kind. Pure. */
export function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?[^)]*\)/g,
    /<(?:a|img|source)\b[^>]*?(?:href|src|srcset)="([^"\s]+)/g,
    /^\[[^\]]+\]:\s*(\S+)/gm,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, target]) => (target ? [target] : [])));
}

/** The anchors of the headings, as GitHub derives them: lower case, punctuation dropped, spaces as hyphens. Pure. */
export function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
}
