export function bundleAssets(folder: string): Promise<void>
