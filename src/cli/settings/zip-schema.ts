import { bytes, onOff, type Setting } from './setting.js'

/** Folders that are sent as one file. */
export const ZIP_SCHEMA = {
  ZIP: {
    ...onOff('send a folder as one ZIP file, for ?zip behind its path', 'zip'),
    only: 'serve',
  },
  ZIP_MAX_FILES: {
    flag: '--zip-max-files <number>',
    describe: 'how many files a ZIP file may have; a request for more gets a 403',
    expected: 'a number from 1 to 10000000',
    schema: { type: 'integer', minimum: 1, maximum: 10_000_000, default: 100_000 },
    only: 'serve',
  },
  ZIP_MAX_SIZE: {
    ...bytes('the same for the bytes of its files; 0: no limit', 'zip-max-size', '0'),
    only: 'serve',
  },
} as const satisfies Record<string, Setting>
