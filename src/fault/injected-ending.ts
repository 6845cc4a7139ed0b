import type { Ending } from '../ending.js'
import { LastbyteError } from '../errors.js'

/** Thrown by a fault that stops the body. The delivery performs its ending. */
export class InjectedEnding extends LastbyteError {
  constructor(readonly ending: Ending) {
    super('FAULT_INJECTED', `Cannot continue sending: a fault ends the body (${ending.kind})`, {
      ending: ending.kind,
    })
  }
}
