/** Public exports whose docstring has no example yet. Only remove lines here. */
export const WITHOUT_EXAMPLE: readonly string[] = [
  'ArmedFault (src/fault/fault-layer.ts)',
  'Ended (src/fault/journal.ts)',
  'Fault (src/fault/fault-kinds.ts)',
  'FaultLayer (src/fault/fault-layer.ts)',
  'FaultOptions (src/fault/create-faults.ts)',
  'FaultRule (src/fault/fault-rule.ts)',
  'From (src/fault/fault.ts)',
  'JournalEntry (src/fault/journal.ts)',
  'Match (src/fault/request-match.ts)',
  'Offset (src/fault/fault.ts)',
  'ShownRule (src/fault/fault-layer.ts)',
  'createFaults (src/fault/create-faults.ts)',
]
