import { entityTagOf } from '../check.mjs'
import { FILES, GIB, KIB, MIB } from '../files.mjs'

const OWN = ['lastbyte', 'portable']
const GROWTH = {
  generator: 'wrk',
  connections: 32,
  servers: [...OWN, 'nginx'],
  warmUp: 1,
  main: 'rate',
}
const SMALL = { file: 'small', generator: 'wrk', connections: 32, warmUp: 4, main: 'rate' }

/**
 * What is asked for, over and over, and how. `slice`: bytes of ranges that are drawn, else it is the whole
 * file. `warmUp`: rounds before the first that counts; V8 compiles many short calls late. `main`: the metric
 * that a reader looks at first. `fieldsFor`: fields of each request. `needs`: what a server must be able to do.
 */
export const RATES = {
  whole: {
    title: 'A whole file of 1 GiB',
    file: 'large',
    generator: 'load.mjs',
    connections: 8,
    warmUp: 1,
    main: 'cpuPerGiB',
  },
  ranges: {
    title: 'Random ranges of 1 MiB of a sparse file of 10 GiB',
    file: 'holes-10-gib',
    slice: MIB,
    generator: 'load.mjs',
    connections: 32,
    warmUp: 1,
    main: 'cpuPerGiB',
  },
  hundred: { ...SMALL, title: 'A file of 100 KiB', file: 'hundred', warmUp: 2 },
  small: { ...SMALL, title: 'A file of 4 KiB' },
  'small-beside': {
    ...SMALL,
    title: 'A file of 4 KiB, beside the two below',
    warmUp: 2,
    servers: OWN,
  },
  'not-modified': {
    ...SMALL,
    title: 'A file of 4 KiB that the client has: 304',
    warmUp: 1,
    status: 304,
    needs: 'not-modified',
    fieldsFor: async ({ port }) => ({ 'If-None-Match': await entityTagOf(port, FILES.small.path) }),
  },
  unsatisfiable: {
    ...SMALL,
    title: 'A range beyond the end of a file of 4 KiB: 416',
    warmUp: 1,
    status: 416,
    needs: 'unsatisfiable',
    fieldsFor: () => ({ Range: `bytes=${FILES.small.size}-` }),
  },
  ...Object.fromEntries([10, 1_000, 100_000].map((files) => [`files-${files}`, filesOf(files)])),
  ...Object.fromEntries(
    ['1-mib', '1-gib', '100-gib'].map((size) => [`range-${size}`, rangeOf(size)]),
  ),
}

function filesOf(files) {
  const title = `Files of 4 KiB, drawn from ${files.toLocaleString('en')}`
  return { ...GROWTH, title, file: 'many', draw: { BENCH_FILES: files } }
}

function rangeOf(name) {
  const file = `holes-${name}`
  const { size } = FILES[file]
  const title = `Ranges of 1 KiB, drawn from a file of ${size < GIB ? size / MIB : size / GIB} ${size < GIB ? 'MiB' : 'GiB'}`
  const draw = { BENCH_SIZE: size, BENCH_SLICE: KIB }
  return { ...GROWTH, title, file, slice: KIB, draw }
}
