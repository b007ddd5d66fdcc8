/** A value that is made when it is first asked for, and then kept. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/**
 * An object whose fields are made when they are first read, for answers that few readers read whole. As JSON it is complete. The fields must be read in the turn that the object
 * was made in: they show the data of the moment in which they are read.
 */
export function lazily<Shape extends object>(fields: { [Name in keyof Shape]: () => Shape[Name] }): Shape {
  const shape = {};
  for (const name of Object.keys(fields) as (keyof Shape & string)[])
    Object.defineProperty(shape, name, { enumerable: true, get: once(fields[name]) });
  return shape as Shape;
}

/** The same value, with everything made that it would make later. */
export function complete<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(value);
  return value;
}
