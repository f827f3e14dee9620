/** A queue of what is due, earliest first. */
export class DueHeap<Item extends { readonly atMs: number }> {
  private readonly items: Item[] = [];

  peek(): Item | undefined {
    return this.items[0];
  }

  push(item: Item): void {
    this.items.push(item);
    let place = this.items.length - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.dueAt(above) <= this.dueAt(place)) return;
      this.swap(above, place);
      place = above;
    }
  }

  pop(): Item | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) {
      this.items[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      const child = this.dueAt(left + 1) < this.dueAt(left) ? left + 1 : left;
      if (this.dueAt(place) <= this.dueAt(child)) return;
      this.swap(place, child);
      place = child;
    }
  }

  private dueAt(place: number): number {
    return this.items[place]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.items[one], this.items[other]];
    if (a === undefined || b === undefined) return;
    this.items[one] = b;
    this.items[other] = a;
  }
}
