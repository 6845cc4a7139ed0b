/**
 * In place of node:child_process in the bundle of `get`. Commander requires it to run commands that are programs of
 * their own, of which lastbyte has none.
 */
export function spawn(program: string): never {
  throw new Error(`Cannot run ${program}: expected a command of lastbyte`)
}
