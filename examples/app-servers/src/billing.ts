import type { AppInstalled } from '@appserver/event-bus/appserver'
import { JsonDirectory } from './json-directory.ts'

export interface Invoice {
  readonly invoiceId: string
  readonly appId: string
  readonly appName: string
  /** The server that wrote it. */
  readonly writtenBy: string
}

/** The invoices, shared by all servers, each written by one. */
export class Billing {
  readonly #instance: string
  readonly #invoices: JsonDirectory<Invoice>

  constructor(instance: string, folder: string) {
    this.#instance = instance
    this.#invoices = new JsonDirectory(folder)
  }

  /**
   * Writes the invoice of an installation. Delivery is at least once: if a server dies after it wrote the invoice and
   * before it acknowledged the event, another gets the event. The invoice has the event's id, so there is one all the same.
   */
  async writeInvoice({ id, data: { appId, appName } }: AppInstalled): Promise<void> {
    await this.#invoices.create(id, { invoiceId: id, appId, appName, writtenBy: this.#instance })
  }

  /** Those that this server wrote. */
  async ownInvoices(): Promise<Invoice[]> {
    const all = await this.#invoices.readAll()
    return [...all.values()].filter(({ writtenBy }) => writtenBy === this.#instance)
  }
}
