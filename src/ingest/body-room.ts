/** Room in memory for the bodies of carriers: from the first byte that is read until they are stored or turned away. */
export interface BodyRoom {
  /** Begins to hold room for one body; none at first. */
  hold(): HeldRoom;
  readonly freeBytes: number;
}

/** The room that one body has. */
export interface HeldRoom {
  /** Takes so many bytes more. False, and nothing is taken, when so many are not left. */
  grow(bytes: number): boolean;
  /** Gives everything back. A second time it does nothing. */
  release(): void;
  /** What is held goes to another holder; this one has nothing to release any more. */
  pass(): HeldRoom;
}

export function createBodyRoom(maxBytes: number): BodyRoom {
  let freeBytes = maxBytes;
  return {
    hold: () => holding(0),
    get freeBytes() {
      return freeBytes;
    },
  };

  function holding(initialBytes: number): HeldRoom {
    let heldBytes = initialBytes;
    return {
      grow(bytes) {
        if (bytes > freeBytes) return false;
        freeBytes -= bytes;
        heldBytes += bytes;
        return true;
      },
      release() {
        freeBytes += heldBytes;
        heldBytes = 0;
      },
      pass() {
        const passed = heldBytes;
        heldBytes = 0;
        return holding(passed);
      },
    };
  }
}
