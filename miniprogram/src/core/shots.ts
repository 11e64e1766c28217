/** Photos (and a video) of a form: chosen, uploaded at once, tried again, taken away; what has arrived is not sent again. */
import type { Schemas } from './api';
import { toast } from './page';
import { Refusal, sentence } from './problem';
import { say, text } from './text';
import { dropFile, keepFile, send, type File } from './upload';

export type Limits = Pick<Schemas['ConfigOut'], 'max_photos' | 'max_videos' | 'max_photo_bytes' | 'max_video_bytes'>;
const MOST_AT_ONCE = 9;
const LONGEST_VIDEO_S = 30;
const MEGABYTE = 1_048_576;

export class Shots {
  files: File[] = [];
  limits: Limits = { max_photos: 0, max_videos: 0, max_photo_bytes: Infinity, max_video_bytes: Infinity };

  /** `changed` is told of every step, with the files as they are then. */
  constructor(private readonly changed: (files: File[]) => void) {}

  get room(): number {
    return this.limits.max_photos + this.limits.max_videos - this.files.length;
  }

  /** What may be added, in words. */
  get most(): string {
    const { max_photos: photos, max_videos: videos } = this.limits;
    return say(videos > 0 ? text().shots.most : text().shots.mostPhotos, { photos, videos });
  }

  async choose(): Promise<void> {
    const mediaType: ('image' | 'video')[] = this.limits.max_videos > 0 ? ['image', 'video'] : ['image'];
    const options = { count: Math.min(MOST_AT_ONCE, this.room), mediaType, sizeType: ['compressed'] as 'compressed'[], maxDuration: LONGEST_VIDEO_S };
    const chosen = await wx.chooseMedia(options).catch(() => undefined);
    for (const one of chosen?.tempFiles ?? []) await this.add(one);
  }

  /** Try every file again that has not arrived. */
  resume(): void {
    for (const file of this.files) if (!file.id) void this.upload(file.path);
  }

  retry(path: string): void {
    const file = this.files.find((one) => one.path === path);
    if (file && !file.id && file.problem) void this.upload(path);
  }

  remove(path: string): void {
    this.files = this.files.filter((file) => file.path !== path);
    dropFile(path);
    this.changed(this.files);
  }

  /** Every file's id, those sent now that were not yet there. Raises Refusal, offline when only the network is missing. */
  async ids(): Promise<string[]> {
    for (const file of this.files) if (!file.id) await this.upload(file.path);
    const failed = this.files.find((file) => !file.id);
    if (failed) throw new Refusal(failed.problem === text().shots.uploadFailed ? 0 : 422, failed.problem);
    return this.files.map((file) => file.id);
  }

  private async add(one: WechatMiniprogram.MediaFile): Promise<void> {
    const kind = one.fileType === 'video' ? ('video' as const) : ('photo' as const);
    const tooLarge = this.tooLarge(kind, one.size);
    if (tooLarge) return toast(tooLarge);
    const most = kind === 'video' ? this.limits.max_videos : this.limits.max_photos;
    if (this.files.filter((file) => file.kind === kind).length >= most) return toast(this.most);
    const path = await keepFile(one.tempFilePath);
    const cover = kind === 'video' ? one.thumbTempFilePath : path;
    this.files = [...this.files, { path, kind, size: one.size, cover, id: '', uploadId: '', progress: 0, problem: '' }];
    this.changed(this.files);
    void this.upload(path);
  }

  private tooLarge(kind: File['kind'], size: number): string {
    const most = kind === 'video' ? this.limits.max_video_bytes : this.limits.max_photo_bytes;
    const name = kind === 'video' ? text().common.video : text().common.photo;
    return size > most ? say(text().common.tooLarge, { name, size: Math.floor(most / MEGABYTE) }) : '';
  }

  private async upload(path: string): Promise<void> {
    const file = this.files.find((one) => one.path === path);
    if (!file) return;
    this.change(path, { problem: '', progress: 1 });
    try {
      const id = await send(file, (progress) => this.change(path, { progress }), (uploadId) => this.change(path, { uploadId }));
      this.change(path, { id, progress: 100 });
    } catch (error) {
      this.change(path, { progress: 0, problem: error instanceof Refusal && error.isOffline ? text().shots.uploadFailed : sentence(error) });
    }
  }

  private change(path: string, now: Partial<File>): void {
    this.files = this.files.map((file) => (file.path === path ? { ...file, ...now } : file));
    this.changed(this.files);
  }
}
