/** What the estate announces: pinned first, then the newest. */
import { get, type Schemas } from '../../core/api';
import { span, when } from '../../core/format';
import { firstPart, nextPart } from '../../core/listing';
import { base, dress, go } from '../../core/page';
import { say, text } from '../../core/text';

function row(one: Schemas['AnnouncementOut']) {
  const words = text().notices;
  return {
    id: one.id,
    tag: words.tags[one.tag] ?? one.tag,
    isWarning: one.tag === 'water' || one.tag === 'power' || one.tag === 'safety',
    title: one.title,
    body: one.body,
    isPinned: one.is_pinned,
    happens: one.happens_at ? say(words.happens, { span: one.ends_at ? span(one.happens_at, one.ends_at) : when(one.happens_at) }) : '',
    published: say(words.published, { time: when(one.published_at) }),
  };
}

const data = { ...base('notices'), rows: [] as ReturnType<typeof row>[], next: null as string | null };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'notices')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onReachBottom() {
    void this.more();
  },

  async refresh() {
    await firstPart(this, (query) => get('/announcements', { query }), row);
  },

  async more() {
    await nextPart(this, (query) => get('/announcements', { query }), row);
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/notice/notice?id=${event.currentTarget.dataset.id}`);
  },
});
