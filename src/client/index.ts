export type { DigestValue } from '../http/digest-value.js'
export * from './browser.js'
export { type Downloaded, type DownloadOptions, download, type Progress } from './download.js'
export { type NodeTransport, nodeTransport } from './node-transport.js'
