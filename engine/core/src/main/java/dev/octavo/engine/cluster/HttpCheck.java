package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address that should answer: {@code URL [STATUS] [TEXT]}.
 *
 * @param url as it was written
 * @param status three digits, the last of which may be {@code x}; {@code ""} for 2xx and 3xx
 * @param text what the answer holds; {@code ""} for anything
 */
record HttpCheck(URI url, String status, String text) {
    private static final Pattern FORM = Pattern.compile("(\\S+)(?:\\s+([1-5][0-9x]{2}))?(?:\\s+(.+))?");
    private static final Pattern IN_CLUSTER =
            Pattern.compile("([a-z0-9-]+)(?:\\.([a-z0-9-]+)\\.svc(?:\\.cluster\\.local)?)?");
    /** Where they are in a path of the API server. */
    private static final int NAMESPACE = 4;

    private static final int SERVICE = 6;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static boolean isOne(String check) {
        String start = check.strip().toLowerCase(Locale.ROOT);
        return start.startsWith("http://") || start.startsWith("https://");
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_INVALID} */
    static HttpCheck parse(String check) {
        Matcher form = FORM.matcher(check.strip());
        try {
            if (form.matches()) {
                URI url = new URI(form.group(1));
                if (url.getHost() != null && url.getUserInfo() == null) {
                    return new HttpCheck(
                            url,
                            form.group(2) == null ? "" : form.group(2),
                            form.group(3) == null ? "" : form.group(3).strip());
                }
            }
        } catch (java.net.URISyntaxException e) {
            // told below
        }
        throw new EngineException(
                ErrorCode.CONFIG_INVALID,
                "A check after the rollout cannot be read",
                "verify",
                "\"" + check.replaceAll("//[^/]*@", "//" + Masker.MASK + "@")
                        + "\" is not of the form URL [STATUS] [TEXT], without a login",
                "write for instance http://orders-service:8080/actuator/health, or http://orders-service:8080/health 200 UP");
    }

    /**
     * The path at the API server that leads to the Service which the address names.
     *
     * @param home the namespace of a name without one
     * @return {@code ""} where the address is none of a Service
     */
    String servicePath(String home) {
        Matcher name = IN_CLUSTER.matcher(url.getHost());
        if (!name.matches() || url.getHost().equals("localhost")) {
            return "";
        }
        boolean secure = url.getScheme().equalsIgnoreCase("https");
        int port = url.getPort() > 0 ? url.getPort() : secure ? HTTPS : HTTP;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return "/api/v1/namespaces/" + ResourceType.escape(name.group(2) == null ? home : name.group(2)) + "/services/"
                + (secure ? "https:" : "") + name.group(1) + ":" + port + "/proxy" + path
                + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    }

    /**
     * The permission that asking through the API server takes.
     *
     * @return nothing where the address is none of a Service
     */
    Optional<Need> need(String home) {
        String[] path = servicePath(home).split("/");
        return path.length <= SERVICE
                ? Optional.empty()
                : Optional.of(new Need(
                        "get",
                        "",
                        "services/proxy",
                        path[NAMESPACE],
                        path[SERVICE],
                        "to verify " + url.getHost(),
                        Need.Level.NEEDED));
    }

    boolean expects(int code, String body) {
        String digits = String.valueOf(code);
        boolean right = status.isEmpty()
                ? code >= 200 && code < 400
                : digits.length() == 3 && digits.matches(status.replace('x', '.'));
        return right && body.contains(text);
    }

    /** What was expected, as words. */
    String expectation() {
        return (status.isEmpty() ? "a status 2xx or 3xx" : "the status " + status)
                + (text.isEmpty() ? "" : " with the text \"" + text + "\"");
    }
}
