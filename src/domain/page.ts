/** One page's worth of rows and where the next page starts. As JSON it is its data and the next cursor alone. */
export class Page<Item> {
  readonly #cursorAt: (index: number) => string;
  readonly #total: () => number;

  constructor(
    readonly data: Item[],
    readonly next_cursor: string | null,
    cursorAt: (index: number) => string,
    total: () => number,
  ) {
    this.#cursorAt = cursorAt;
    this.#total = total;
  }

  /** All rows that meet the filter, on whatever page: counted when somebody wants to know. */
  total(): number {
    return this.#total();
  }

  /** A cursor that goes on after the item at `index`: signed only when somebody wants it. */
  cursorAt(index: number): string {
    return this.#cursorAt(index);
  }

  /** The same page with its rows as they are shown. */
  map<Shown>(show: (row: Item) => Shown): Page<Shown> {
    return this.withData(this.data.map((row) => show(row)));
  }

  /** The same page with other data for the same rows, in order. */
  withData<Shown>(data: Shown[]): Page<Shown> {
    return new Page(data, this.next_cursor, this.#cursorAt, this.#total);
  }
}
