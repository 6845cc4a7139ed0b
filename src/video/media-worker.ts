import { MediaFetches } from './media-fetches.js'
import type { WorkerScope } from './worker-scope.js'

// The service worker: responds to media requests whose URL has a pin, and to no others.
new MediaFetches(globalThis as unknown as WorkerScope).listen()
