import type { JSX } from "preact";

/** Names of the icons, drawn for Waybill on a grid of 24 with a line of 1.75. */
export type IconName = keyof typeof PATHS;

/** An icon in the colour of its text. Decoration only: words beside it say the same. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const PATHS = {
  bag: "M6.2 8.5h11.6l1 11.5H5.2zM9 8.5V7a3 3 0 0 1 6 0v1.5",
  label: "M4 6.5h16v11H4zM7.5 9.5v5M10 9.5v5M12.5 9.5v5M16 9.5v5",
  parcel: "M12 3.5 19.5 7.5v9L12 20.5 4.5 16.5v-9zM4.8 7.7 12 11.5l7.2-3.8M12 11.5v9M8.2 5.6l7.3 3.9",
  road: "M3.5 12h13M12.5 7.5 17 12l-4.5 4.5M20.5 6.5v11",
  van: "M3 6.5h10.5V16M13.5 9.5h4L21 13v3M3 6.5V16h2M9 16h6.2M19 16h2M7 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17.1 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  home: "M4 11.2 12 4.5l8 6.7M6 9.8V19.5h12V9.8M9.3 14.2l2 2 3.6-3.8",
  shop: "M5 11v8.5h14V11M4 8.5 5.5 4.5h13L20 8.5a2.7 2.7 0 0 1-5.3 0 2.7 2.7 0 0 1-5.4 0 2.7 2.7 0 0 1-5.3 0zM10 19.5v-5h4v5",
  back: "M8.5 5 4.5 9l4 4M4.5 9h10a5 5 0 0 1 0 10H8",
  check: "M5.5 12.5 10 17l8.5-9.5",
  alert: "M12 7v6M12 16.6v.3M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z",
  bang: "M12 5.5v8.2M12 18v.3",
  clock: "M12 7.5V12l3 2M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z",
  out: "M9 6h9v9M18 6 6 18",
  down: "M6 9.5 12 15.5 18 9.5",
  broken: "M10 14a4 4 0 0 1 0-5.6l2-2a4 4 0 0 1 5.6 5.6M14 10a4 4 0 0 1 0 5.6l-2 2A4 4 0 0 1 6.4 12",
} as const;
