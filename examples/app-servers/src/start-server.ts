import { AppServer, type AppServerOptions } from './app-server.ts'
import { routesOf } from './http-api.ts'
import { serve } from './http-server.ts'

export interface StartOptions extends AppServerOptions {
  /** On 127.0.0.1; 0 for a free one. */
  readonly port: number
}

export interface RunningServer {
  readonly url: string
  /** Resolves when it hears of every change; rejects if it never will. */
  readonly ready: Promise<void>
  /** Answers the requests in hand, lets handlers finish and leaves the bus. */
  readonly stop: () => Promise<void>
}

/** Serves at once; `/readyz` says when it is ready. */
export async function startServer({ port, ...options }: StartOptions): Promise<RunningServer> {
  const appServer = new AppServer(options)
  const http = await serve(routesOf(appServer), port)
  return {
    url: http.url,
    ready: appServer.ready,
    async stop() {
      // In this order: requests in hand may still have something to publish.
      await http.stop()
      await appServer.close()
    },
  }
}
