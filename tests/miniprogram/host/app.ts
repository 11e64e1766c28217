/** What the build hands to the host: the parts of a mini-program by path, none of them run yet. */
export interface PageConfig {
  navigationBarTitleText?: string;
  enablePullDownRefresh?: boolean;
  navigationStyle?: string;
  component?: boolean;
  styleIsolation?: string;
  usingComponents?: Record<string, string>;
}

export interface TabItem {
  pagePath: string;
  text: string;
  iconPath: string;
  selectedIconPath: string;
}

export interface AppConfig {
  pages: string[];
  window: PageConfig;
  tabBar: { list: TabItem[] };
  usingComponents?: Record<string, string>;
}

export interface Part {
  path: string;
  isPage: boolean;
  config: PageConfig;
  run: () => unknown;
}

export interface Bundle {
  app: AppConfig;
  parts: Part[];
  templates: Record<string, unknown>;
  slot: string;
  runApp: () => unknown;
}
