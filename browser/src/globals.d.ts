/** What stands before the page's script in the same element: the renderer's data, and the core. */
declare const SAKSE: any;
declare function core(self: any): void;
