/** A cache of bounded size: full, it forgets everything, which costs a read no bookkeeping. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  constructor(private readonly size_max: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    if (this.size >= this.size_max && !this.has(key)) this.clear();
    return super.set(key, value);
  }
}
