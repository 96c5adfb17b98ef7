/** What is there now, or later. What is asked for each request is there at once almost always: a turn for nothing costs. */
export type Awaitable<Value> = Value | Promise<Value>

/** Goes on with a value: now when it is there, else when it comes. */
export function after<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
