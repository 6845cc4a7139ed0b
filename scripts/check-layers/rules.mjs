import { BUNDLE_LOADER, BUNDLE_SUBSTITUTES, BUNDLED_ENTRIES } from '../bundled-entries.mjs'
import { WITHOUT_TWIN } from './without-twin.mjs'

// The layout that the check enforces. docs/architecture.md explains it; a change of a rule needs a
// decision record in docs/decisions.

/**
 * Top-level names of src/, lowest layer first. A module may import from its own name and from the
 * layers before its own, but not from another name of its own layer.
 */
const LAYERS = [
  ['printable-text'],
  ['errors', 'ending'],
  ['async', 'http', 'native', 'validation', 'subtitles'],
  ['resume', 'transport', 'companions'],
  ['source', 'body', 'fault', 'client', 'check', 'access', 'stream-log'],
  ['settings', 'delivery', 'connection', 'video', 'archive', 'replay'],
  ['pages', 'observe'],
  ['request'],
  ['response'],
  ['admin'],
  ['plugin'],
  ['server', 'index'],
  ['testing'],
  ['cli'],
]

/** Names of LAYERS that are files; all others are folders. */
const TOP_LEVEL_FILES = ['printable-text', 'errors', 'ending', 'index']

/** The groups of checks. */
const CHECK_GROUPS = [
  'validators',
  'ranges',
  'agreement',
  'conditions',
  'multipart',
  'digests',
  'drills',
  'changes',
  'ends',
  'advice',
]

/** The same rule within one folder. '' stands for the files directly in it. */
const SUB_LAYERS = {
  source: [[''], ['file', 'remote', 'digest'], ['upstream', 's3', 'live']],
  check: [['subject'], [...CHECK_GROUPS, 'report'], ['']],
  'stream-log': [[''], ['memory', 'file', 'redis']],
}

/** Sub-folders that may exist. None of them may have folders of its own. */
const SUB_FOLDERS = {
  source: ['file', 'remote', 'digest', 'upstream', 's3', 'live'],
  client: ['download', 'stream', 'platform'],
  cli: ['admin', 'cluster', 'settings', 'sockets', 'tls'],
  testing: ['expectations', 'stubs'],
  fault: ['kinds'],
  admin: ['watch', 'posters', 'transfers', 'faults'],
  pages: ['assets', 'scripts', 'built'],
  video: ['players'],
  check: ['subject', ...CHECK_GROUPS, 'report'],
  'stream-log': ['memory', 'file', 'redis'],
}

/** Folders whose imports are limited further than by their layer. */
const ALLOWED_IMPORTS = {
  client: [
    'client',
    'transport',
    'http',
    'resume',
    'async',
    'validation',
    'errors',
    'printable-text',
  ],
  video: [
    'video',
    'client',
    'transport',
    'http',
    'resume',
    'async',
    'validation',
    'errors',
    'printable-text',
  ],
}

export const RULES = {
  layers: LAYERS,
  topLevelFiles: TOP_LEVEL_FILES,
  subLayers: SUB_LAYERS,
  subFolders: SUB_FOLDERS,
  allowedImports: ALLOWED_IMPORTS,
  /** Files that browsers fetch as they are: copied by the build, not compiled, not checked. */
  assetFolders: ['pages/assets', 'pages/built'],
  /** Modules that are bundled for pages: entries beside those of package.json. */
  bundledEntries: Object.values(BUNDLED_ENTRIES),
  /** Modules that only the bundle of the command has: in place of modules of Node, and to load it. */
  bundleModules: [...Object.values(BUNDLE_SUBSTITUTES), BUNDLE_LOADER],
  /** npm packages that run in browsers. Only these may be reached from a browser entry. */
  browserPackages: ['@noble/hashes', 'eventsource-parser', 'range-parser', 'structured-headers'],
  /** Words that say nothing about what a module does. */
  emptyNames: ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc'],
  /** A longer source file needs a decision record that names its path. */
  maxLines: 250,
  /** Folders of test/ that mirror no folder of src/. */
  otherTestFolders: ['contract', 'docs', 'fixture', 'journey', 'scripts'],
  /** Subjects of tests that are no module: comparisons with another plugin. */
  comparisons: ['plugin/static-parity'],
  /** Source file with logic → why it has no test file of its own. */
  withoutTwin: WITHOUT_TWIN,
}
