export const id = 931;
export const ids = [931];
export const modules = {

/***/ 13931:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Repository: () => (/* binding */ Repository)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _octokit_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(14730);
/* harmony import */ var _patience_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(43524);
/* harmony import */ var _trouble_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(72736);
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
// A repository's releases, their files and its comments, one call of GitHub's API each.




const PER_PAGE = 100;
const LONGEST_CALL_MS = 120_000;
/** A connection that takes less than this is as good as broken. */
const SLOWEST_BYTES_PER_MS = 50;
const mute = () => undefined;
const SILENT = { debug: mute, info: mute, warn: mute, error: mute };
/** The calls throw what octokit throws; `patiently` turns that into attempts and words. */
class Repository {
    #octokit;
    #where;
    #log;
    #terms;
    #purpose;
    constructor({ api, repository, token }, log, terms, purpose) {
        this.#octokit = new _octokit_core__WEBPACK_IMPORTED_MODULE_2__/* .Octokit */ .E({
            auth: token,
            baseUrl: api,
            userAgent: 'go-cross-release',
            log: SILENT,
            request: { log: SILENT },
        });
        this.#octokit.hook.before('request', (options) => {
            const size = Number(options.headers['content-length'] ?? 0);
            options.request.signal = AbortSignal.timeout(LONGEST_CALL_MS + Math.ceil(size / SLOWEST_BYTES_PER_MS));
        });
        const [owner = '', repo = ''] = repository.split('/');
        this.#where = { owner, repo };
        this.#log = log;
        this.#terms = terms;
        this.#purpose = purpose;
    }
    /** @param what the undertaking, as messages name it */
    patience(what) {
        return new _patience_js__WEBPACK_IMPORTED_MODULE_1__/* .Patience */ .i(this.#purpose, what, this.#log, this.#terms);
    }
    /** @throws ActionError that names `what` */
    async patiently(what, undertaking) {
        const patience = this.patience(what);
        for (;;) {
            try {
                return await undertaking();
            }
            catch (error) {
                await patience.bear(error);
            }
        }
    }
    /** Hash of the commit that a tag stands for; undefined where there is no such tag. */
    async commitOf(tag) {
        try {
            const parameters = { ...this.#where, ref: `tags/${tag}` };
            const found = await this.#octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', parameters);
            let { object } = whole(found);
            // An annotated tag is an object of its own, and can be of another tag.
            while (object.type === 'tag') {
                const annotated = { ...this.#where, tag_sha: object.sha };
                const peeled = await this.#octokit.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', annotated);
                object = whole(peeled).object;
            }
            return object.sha;
        }
        catch (error) {
            if ((0,_trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) === 404)
                return undefined;
            throw error;
        }
    }
    /** Drafts are among them where the token may write. */
    releases() {
        return readPages((page) => this.#octokit.request('GET /repos/{owner}/{repo}/releases', {
            ...this.#where,
            per_page: PER_PAGE,
            page,
        }));
    }
    /** Throws where the token may not write. GitHub asks for that right here too, and nothing is changed. */
    async proveMayWrite(tag) {
        const parameters = { ...this.#where, tag_name: tag };
        try {
            await this.#octokit.request('POST /repos/{owner}/{repo}/releases/generate-notes', parameters);
        }
        catch (error) {
            // Any other trouble with notes that nobody wants says nothing about the right.
            if ([403, 404, 429].includes((0,_trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) ?? 0))
                throw error;
        }
    }
    async makeDraft(draft) {
        const parameters = { ...this.#where, ...draft, draft: true };
        return whole(await this.#octokit.request('POST /repos/{owner}/{repo}/releases', parameters));
    }
    async release(id) {
        const parameters = { ...this.#where, release_id: id };
        return whole(await this.#octokit.request('GET /repos/{owner}/{repo}/releases/{release_id}', parameters));
    }
    async publish(id, publication) {
        const parameters = { ...this.#where, release_id: id, ...publication, draft: false };
        return whole(await this.#octokit.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', parameters));
    }
    async deleteRelease(id) {
        const parameters = { ...this.#where, release_id: id };
        await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/releases/{release_id}', parameters));
    }
    assets(release) {
        return readPages((page) => this.#octokit.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
            ...this.#where,
            release_id: release,
            per_page: PER_PAGE,
            page,
        }));
    }
    async upload({ upload_url: url }, { name, path, size }) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const file = __addDisposableResource(env_1, await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.open)(path), true);
            const data = file.createReadStream();
            try {
                const headers = { 'content-type': 'application/octet-stream', 'content-length': size };
                const answer = await this.#octokit.request({ method: 'POST', url, name, data, headers });
                return whole(answer);
            }
            finally {
                data.destroy();
            }
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            const result_1 = __disposeResources(env_1);
            if (result_1)
                await result_1;
        }
    }
    async deleteAsset(id) {
        const parameters = { ...this.#where, asset_id: id };
        await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', parameters));
    }
    /** The id of the user whose token it is; undefined where it is an app's, as the job's own, for which there is none to ask for. */
    async user() {
        try {
            return whole(await this.#octokit.request('GET /user')).id;
        }
        catch (error) {
            if (isRefused(error))
                return undefined;
            throw error;
        }
    }
    /** Of an issue or a pull request, by all. */
    comments(issue) {
        const parameters = { ...this.#where, issue_number: issue, per_page: PER_PAGE };
        return readPages((page) => this.#octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            ...parameters,
            page,
        }));
    }
    async addComment(issue, body) {
        const parameters = { ...this.#where, issue_number: issue, body };
        const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
        return whole((await this.#octokit.request(route, parameters)));
    }
    /** False where it is gone, or not the token's to change. */
    async updateComment(id, body) {
        const parameters = { ...this.#where, comment_id: id, body };
        try {
            await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters);
            return true;
        }
        catch (error) {
            if (isRefused(error))
                return false;
            throw error;
        }
    }
    async deleteComment(id) {
        const parameters = { ...this.#where, comment_id: id };
        await gone(this.#octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters));
    }
}
async function readPages(read) {
    const all = [];
    for (let number = 1;; number++) {
        const page = await read(number);
        all.push(...whole(page));
        if (page.headers.link?.includes('rel="next"') !== true)
            return all;
    }
}
/** Octokit hands over the text of an answer that breaks off, which may be empty, as a success. */
function whole({ data }) {
    if (typeof data === 'object')
        return data;
    throw new _trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .BrokenOff */ .b1('the answer broke off');
}
/** For good: GitHub says the same of calls that come too often. */
const isRefused = (error) => [403, 404].includes((0,_trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) ?? 0) && (0,_trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .understand */ .ZL)(error, 1)?.wait === undefined;
/** What an earlier attempt, or another run, has deleted is deleted. */
async function gone(deletion) {
    try {
        await deletion;
    }
    catch (error) {
        if ((0,_trouble_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) !== 404)
            throw error;
    }
}


/***/ })

};
