/** WeChat's one-time consents to messages: asked at a tap that makes something worth hearing about. */

/** Ask; must be the first thing in a tap's handler. A refusal stops nothing. */
export async function askForMessages(templates: readonly string[]): Promise<void> {
  if (templates.length === 0) return;
  await wx.requestSubscribeMessage({ tmplIds: templates.slice(0, 3) }).catch(() => undefined);
}
