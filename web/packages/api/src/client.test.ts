import { expect, test, vi } from "vitest";
import { createApi, Refusal } from "./index";

function apiThatAnswers(status: number, body: unknown, onSignInNeeded?: () => void) {
  return createApi({
    baseUrl: "http://balie.test",
    fetch: async () => new Response(body === null ? "<html>" : JSON.stringify(body), { status }),
    ...(onSignInNeeded && { onSignInNeeded }),
  });
}

test("a refusal carries the code, the advice and the wrong fields", async () => {
  const api = apiThatAnswers(422, {
    code: "invalid",
    detail: "Fill in a name.",
    fields: [{ field: "name", message: "Fill in a name." }],
  });
  const refusal = await api.answer(api.http.GET("/api/v1/work")).catch((error) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ code: "invalid", status: 422, detail: "Fill in a name.", passing: false });
  expect(refusal.fields.get("name")).toBe("Fill in a name.");
});

test("an ended session is told apart from a wrong password", async () => {
  const told = vi.fn();
  const wrong = apiThatAnswers(401, { code: "wrong_credentials", detail: "" }, told);
  await wrong.answer(wrong.http.GET("/api/v1/session")).catch(() => null);
  expect(told).not.toHaveBeenCalled();
  const ended = apiThatAnswers(401, { code: "sign_in_needed", detail: "" }, told);
  await ended.answer(ended.http.GET("/api/v1/session")).catch(() => null);
  expect(told).toHaveBeenCalledOnce();
});

test("a proxy's error page and a broken line both say that trying again may help", async () => {
  const proxy = apiThatAnswers(502, null);
  const fromProxy = await proxy.answer(proxy.http.GET("/api/v1/work")).catch((error) => error);
  expect(fromProxy).toMatchObject({ code: "unavailable", passing: true });
  const cut = createApi({ baseUrl: "http://balie.test", fetch: () => Promise.reject(new TypeError("cut")) });
  const fromLine = await cut.answer(cut.http.GET("/api/v1/work")).catch((error) => error);
  expect(fromLine).toMatchObject({ code: "unreachable", passing: true });
});
