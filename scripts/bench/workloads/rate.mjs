import { FILES, GIB } from '../files.mjs'
import { hasWrk, runLoad } from '../load/run.mjs'
import { cpuSeconds, peakMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { RATES } from './rates.mjs'
import { takeTurns } from './turns.mjs'

const MB = 1e6

/** A workload that repeats the same request. If it has several cases, they alternate in each round. */
export function rateWorkload(names) {
  const rates = names.map((name) => RATES[name])
  const { on } = FILES[rates[0].file]
  const needsWrk = rates.some(({ generator }) => generator === 'wrk')
  return {
    cases: names,
    files: [...new Set(rates.map(({ file }) => file))],
    on,
    subjects: Object.fromEntries(names.map((name) => [name, RATES[name].servers])),
    lacks: () => (needsWrk && !hasWrk ? 'wrk is not installed' : undefined),
    run: (context) => measure(names, on, context),
  }
}

async function measure(names, on, context) {
  const { place, subjectsOf, unsupported, rounds, seconds, warmUp, note } = context
  const started = new Map()
  for (const name of new Set(names.flatMap(subjectsOf))) {
    started.set(name, await startServer(name, place[on], place.scratch))
  }
  const pairs = []
  for (const [name, rate] of names.map((each) => [each, RATES[each]])) {
    for (const server of subjectsOf(name).map((each) => started.get(each))) {
      if (unsupported[server.name]?.has(rate.needs)) continue
      const fields = await rate.fieldsFor?.(server)
      const { path, size } = FILES[rate.file]
      const task = { ...rate, path, size, fields }
      pairs.push({ name: `${name} ${server.name}`, rate, server, task })
    }
  }
  for (const { name, server, task } of pairs) {
    note(`${name}: warming up`)
    if (task.filled?.includes(server.name)) await requestAll(server, task, seconds)
    await warmUp(task.warmUp, () => measureRound(server, task, seconds))
  }
  const figures = await takeTurns(pairs, rounds, ({ name, server, task }, round) => {
    note(`${name}: round ${round + 1} of ${rounds}`)
    return measureRound(server, task, seconds)
  })
  for (const server of started.values()) await server.stop()
  return Object.fromEntries(
    names.map((name) => [name, { ...caseOf(name, pairs, figures, unsupported), seconds }]),
  )
}

/** Requests each of many files once, so that a cache that is large enough has them all. */
async function requestAll({ port }, task, seconds) {
  const files = task.draw.BENCH_FILES
  for (let from = 0; from < files; ) {
    const draw = { ...task.draw, BENCH_FROM: from }
    from += (await runLoad(port, { ...task, draw }, seconds)).requests
  }
}

async function measureRound(server, task, seconds) {
  const { pids } = server
  const before = cpuSeconds(pids)
  const load = await runLoad(server.port, task, seconds)
  const cpu = before === undefined ? undefined : cpuSeconds(pids) - before
  const hasBody = load.bytes > 0
  return {
    // A response that the end of the round interrupts counts in part.
    rate: (hasBody ? load.bytes / (task.slice ?? task.size) : load.requests) / load.seconds,
    speed: hasBody ? load.bytes / MB / load.seconds : undefined,
    cpu,
    // Unlike the rate, this figure doesn't depend on other processes of the machine.
    ratePerCpu: task.generator === 'wrk' && cpu > 0 ? load.requests / cpu : undefined,
    cpuPerGiB: cpu === undefined || !hasBody ? undefined : cpu / (load.bytes / GIB),
    memory: peakMemory(pids) / MB,
    p50: load.p50,
    p99: load.p99,
    busy: load.busy,
  }
}

function caseOf(name, pairs, figures, unsupported) {
  const { title, connections, generator, main, needs } = RATES[name]
  const own = pairs.filter(({ rate }) => rate === RATES[name])
  const leftOut = Object.keys(unsupported).filter((server) => unsupported[server].has(needs))
  return {
    title,
    how: `${connections} connections from ${generator}`,
    main,
    notes: leftOut.map((server) => `Left out: ${server}, which doesn't send this response.`),
    figures: Object.fromEntries(own.map((pair) => [pair.server.name, figures[pair.name]])),
  }
}
