/** WeChat's one-time consents to messages: asked at a tap that makes something worth hearing about. */
import { post, type Schemas } from './api';

export type Template = Schemas['SubscribeTemplateOut'];
type Topic = Schemas['SubscribeTopic'];

/** Ask; must be the first thing in a tap's handler. A refusal stops nothing, and the server learns of each consent. */
export async function askForMessages(templates: readonly Template[], topic: Topic): Promise<void> {
  const wanted = templates.filter((one) => one.topic === topic).map((one) => one.template_id);
  if (wanted.length === 0) return;
  const answers = await wx.requestSubscribeMessage({ tmplIds: wanted }).catch(() => undefined);
  if (answers && wanted.some((id) => (answers as unknown as Record<string, string>)[id] === 'accept')) {
    await post('/me/subscriptions', { body: { topics: [topic] } }).catch(() => undefined);
  }
}
