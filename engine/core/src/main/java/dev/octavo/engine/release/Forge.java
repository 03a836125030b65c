package dev.octavo.engine.release;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.api.StoppableCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes releases at GitHub, GitLab or Gitee through their REST APIs.
 *
 * <p>The token goes into a header, to the API's own host: redirects are not followed. Every call may be repeated: what
 * is there is looked up before anything is written.
 */
public final class Forge {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** The longest that a rate limit is waited for, all waits of a call together. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 4;
    private static final int LARGEST = 4 << 20;
    private static final Pattern MARK = Pattern.compile("\\n*<!-- octavo ([0-9a-f]{16}) -->\\s*$");

    private final ForgeProject project;
    private final SecretValue token;
    private final Cancellation cancellation;
    private final Clock clock;
    private final Pause pause;
    private final HttpClient http;
    private final JsonMapper json = JsonMapper.builder().build();

    /** How to wait, so that tests need not. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time);
    }

    private record Answer(int status, JsonNode body, Optional<Duration> limit) {}

    Forge(ForgeProject project, SecretValue token, Cancellation cancellation, Clock clock, Pause pause) {
        this.project = project;
        this.token = token;
        this.cancellation = cancellation;
        this.clock = clock;
        this.pause = pause;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /**
     * The forge of a project, with the token that the variable {@code FORGE_TOKEN} holds.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_CREDENTIALS} without a token
     */
    public static Forge of(ForgeProject project, EngineContext context) {
        String token = context.environment().getOrDefault("FORGE_TOKEN", "").strip();
        if (token.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "There is no token for " + project.kind().title(),
                    project.api().toString(),
                    "the variable FORGE_TOKEN is not set or is empty",
                    "make a token that may write releases and give it as FORGE_TOKEN, or set forge to none");
        }
        if (!token.matches("[!-~]+")) {
            // what a header may not hold would be quoted in a message
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "The token for " + project.kind().title() + " cannot be used",
                    "FORGE_TOKEN",
                    "there are spaces, line ends or other odd characters in it",
                    "give the token alone");
        }
        return new Forge(
                project,
                new SecretValue(token),
                context.cancellation(),
                context.clock(),
                context.cancellation()::pause);
    }

    /**
     * Finds out, before anything is promoted, whether the token is good and the project there.
     *
     * @throws EngineException {@link ErrorCode#FORGE_UNREACHABLE}, {@link ErrorCode#FORGE_UNAUTHORIZED},
     *     {@link ErrorCode#FORGE_REFUSED}, {@link ErrorCode#FORGE_LIMIT}
     */
    public void check() {
        Answer answer = ask("GET", projectPath(), null);
        if (answer.status() != 200 || !answer.body().isObject()) {
            throw refused(answer, "the project \"" + project.path() + "\" cannot be read");
        }
    }

    /**
     * Makes the release of a tag that the forge has, or brings its notes up to date. Notes that a person has written or
     * changed stay as they are.
     *
     * @param tag the git tag
     * @param title what the release is called
     * @param notes Markdown
     * @param preRelease whether it is a version before a release; GitLab knows no such thing
     * @throws EngineException as {@link #check}
     */
    public ForgeRelease publish(String tag, String title, String notes, boolean preRelease) {
        String body = notes.strip() + "\n\n<!-- octavo " + digest(notes) + " -->\n";
        Optional<JsonNode> there = find(tag);
        if (there.isEmpty()) {
            Answer made = ask("POST", projectPath() + "/releases", text(tag, title, body, preRelease));
            if (made.status() == 200 || made.status() == 201) {
                return release(tag, made.body(), ForgeRelease.Outcome.CREATED);
            }
            // another run may have been faster, or an answer was lost on its way
            there = find(tag);
            if (there.isEmpty()) {
                throw refused(made, "the release of " + tag + " is not made");
            }
        }
        JsonNode release = there.get();
        String old = release.path(bodyField()).asString("");
        if (same(old, body) && release.path("name").asString("").equals(title)) {
            return release(tag, release, ForgeRelease.Outcome.UNCHANGED);
        }
        if (!isOurs(old)) {
            return release(tag, release, ForgeRelease.Outcome.LEFT);
        }
        boolean gitlab = project.kind() == ForgeKind.GITLAB;
        String path = projectPath() + "/releases/"
                + encoded(gitlab ? tag : release.path("id").asString(""));
        Answer updated = ask(gitlab ? "PUT" : "PATCH", path, text(tag, title, body, preRelease));
        if (updated.status() != 200) {
            throw refused(updated, "the release of " + tag + " is not updated");
        }
        return release(tag, updated.body(), ForgeRelease.Outcome.UPDATED);
    }

    private Optional<JsonNode> find(String tag) {
        String path = project.kind() == ForgeKind.GITLAB ? "/releases/" : "/releases/tags/";
        Answer answer = ask("GET", projectPath() + path + encoded(tag), null);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw refused(answer, "the release of " + tag + " cannot be looked up");
        }
        // Gitee says null where there is none
        return answer.body().hasNonNull("tag_name") ? Optional.of(answer.body()) : Optional.empty();
    }

    private Map<String, Object> text(String tag, String title, String body, boolean preRelease) {
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("tag_name", tag);
        text.put("name", title);
        text.put(bodyField(), body);
        switch (project.kind()) {
            case GITHUB -> text.put("prerelease", preRelease);
            case GITEE -> {
                text.put("prerelease", preRelease);
                // wanted even where the tag is there, which it always is
                text.put("target_commitish", tag);
            }
            case GITLAB -> {} // without "ref" it makes no tag of its own
        }
        return text;
    }

    private ForgeRelease release(String tag, JsonNode body, ForgeRelease.Outcome outcome) {
        String url =
                switch (project.kind()) {
                    case GITHUB -> body.path("html_url").asString("");
                    case GITLAB -> body.path("_links").path("self").asString("");
                    case GITEE ->
                        "https://" + project.api().getRawAuthority() + "/" + project.path() + "/releases/tag/" + tag;
                };
        return new ForgeRelease(project.kind().title(), tag, url, outcome);
    }

    private String projectPath() {
        return project.kind() == ForgeKind.GITLAB
                ? "/projects/" + encoded(project.path())
                : "/repos/" + encoded(project.path()).replace("%2F", "/");
    }

    private String bodyField() {
        return project.kind() == ForgeKind.GITLAB ? "description" : "body";
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean same(String one, String other) {
        return one.replace("\r", "").strip().equals(other.strip());
    }

    /** Whether notes are as a run of ours has written them: a person's change no longer fits the mark at their end. */
    private static boolean isOurs(String notes) {
        Matcher mark = MARK.matcher(notes.replace("\r", ""));
        return mark.find()
                && digest(notes.replace("\r", "").substring(0, mark.start())).equals(mark.group(1));
    }

    private static String digest(String notes) {
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256").digest(notes.strip().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    // --------------------------------------------------------------------------------------------------------- HTTP

    /** @return an answer that is neither a passing failure nor about the token */
    private Answer ask(String method, String path, @Nullable Map<String, Object> body) {
        Duration waited = Duration.ZERO;
        for (int attempt = 1; ; attempt++) {
            Duration wait;
            Answer answer;
            try {
                answer = send(method, path, body);
                if (answer.limit().isPresent()) {
                    wait = answer.limit().get();
                    if (attempt == ATTEMPTS || waited.plus(wait).compareTo(PATIENCE) > 0) {
                        throw limited(answer, wait);
                    }
                } else if (answer.status() >= 500 && attempt < ATTEMPTS) {
                    wait = BACK_OFF.multipliedBy(attempt);
                } else {
                    judge(answer, path);
                    return answer;
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS || e instanceof ConnectException || e instanceof SSLException) {
                    throw unreachable(e);
                }
                wait = BACK_OFF.multipliedBy(attempt);
            }
            pause.of(wait);
            waited = waited.plus(wait);
        }
    }

    private void judge(Answer answer, String path) {
        int status = answer.status();
        if (status == 401) {
            throw unauthorized("it answers 401" + said(answer.body()));
        }
        if (status == 403) {
            throw unauthorized("the token may not do this: 403 to " + path + said(answer.body()));
        }
        if (status >= 500) {
            throw unreachable("it answers " + status + said(answer.body()));
        }
        if (status >= 300 && status < 400) {
            throw refused(
                    answer,
                    "it sends on to another address (" + status + "): the project was renamed or moved, or the API is"
                            + " elsewhere");
        }
        if (status < 300 && answer.body().isMissingNode()) {
            throw unreachable(
                    "what answers there is no API of " + project.kind().title() + " (a proxy's page?)");
        }
    }

    private Answer send(String method, String path, @Nullable Map<String, Object> body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(project.api() + path))
                .timeout(ANSWER)
                .header("User-Agent", "octavo");
        switch (project.kind()) {
            case GITHUB ->
                request.header("Accept", "application/vnd.github+json")
                        .header("X-GitHub-Api-Version", "2022-11-28")
                        .header("Authorization", "Bearer " + token.reveal());
            case GITLAB -> request.header("PRIVATE-TOKEN", token.reveal());
            case GITEE -> request.header("Authorization", "Bearer " + token.reveal());
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)));
        }
        CompletableFuture<HttpResponse<InputStream>> call =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        HttpResponse<InputStream> response =
                StoppableCall.run(IOException.class, () -> awaited(call), () -> call.cancel(true), cancellation);
        try (InputStream in = response.body()) {
            JsonNode read = read(new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), read, limit(response, read));
        }
    }

    private static <T> T awaited(CompletableFuture<T> call) throws IOException {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private JsonNode read(String body) {
        try {
            return body.isBlank() ? json.nullNode() : json.readTree(body);
        } catch (JacksonException e) {
            return json.missingNode();
        }
    }

    /** How long the forge wants to be left alone, where that is what it says. */
    private Optional<Duration> limit(HttpResponse<?> response, JsonNode body) {
        int status = response.statusCode();
        if (status != 429 && status != 403 && status != 503) {
            return Optional.empty();
        }
        Optional<Duration> after = number(response, "Retry-After").map(Duration::ofSeconds);
        if (after.isPresent()) {
            return after;
        }
        boolean used = number(response, "X-RateLimit-Remaining")
                .or(() -> number(response, "RateLimit-Remaining"))
                .filter(left -> left == 0)
                .isPresent();
        if (status == 429 || (status == 403 && used)) {
            return Optional.of(number(response, "X-RateLimit-Reset")
                    .or(() -> number(response, "RateLimit-Reset"))
                    .map(reset -> Duration.between(clock.instant(), Instant.ofEpochSecond(reset)))
                    // at once would be too early, and a clock may be wrong
                    .filter(wait -> wait.compareTo(BACK_OFF) > 0)
                    .orElse(BACK_OFF));
        }
        boolean secondary = status == 403 && said(body).contains("secondary rate limit");
        return secondary ? Optional.of(Duration.ofMinutes(1)) : Optional.empty();
    }

    private static Optional<Long> number(HttpResponse<?> response, String header) {
        return response.headers()
                .firstValue(header)
                .filter(value -> value.matches("[0-9]{1,12}"))
                .map(Long::valueOf);
    }

    /** What the forge has to say, with {@code ": "} before it. */
    private String said(JsonNode body) {
        StringBuilder text = new StringBuilder();
        for (String field : new String[] {"message", "error", "error_description"}) {
            JsonNode value = body.path(field);
            if (!value.isMissingNode() && !value.isNull()) {
                text.append(": ").append(value.isString() ? value.asString("") : value.toString());
            }
        }
        JsonNode errors = body.path("errors");
        if (errors.isArray() && !errors.isEmpty()) {
            text.append(": ").append(errors);
        }
        String said = text.toString().replaceAll("\\s+", " ");
        return said.substring(0, Math.min(500, said.length())).replace(token.reveal(), "****");
    }

    private EngineException unauthorized(String why) {
        return new EngineException(
                ErrorCode.FORGE_UNAUTHORIZED,
                project.kind().title() + " refuses the token",
                project.api() + projectPath(),
                why,
                switch (project.kind()) {
                    case GITHUB ->
                        "check FORGE_TOKEN: it may have expired, and it needs to write the repository's contents";
                    case GITLAB ->
                        "check FORGE_TOKEN: it may have expired, and it needs the scope api and the role Developer";
                    case GITEE -> "check FORGE_TOKEN: it may have expired, and it needs the permission projects";
                });
    }

    private EngineException refused(Answer answer, String what) {
        boolean missing = answer.status() == 404;
        return new EngineException(
                ErrorCode.FORGE_REFUSED,
                project.kind().title() + " does not make the release",
                project.api() + projectPath(),
                what + ": it answers " + answer.status() + said(answer.body()),
                missing
                        ? "check the remote's address and the API's, and that the token may see the project"
                        : "correct what it says; releases that are there are never made a second time");
    }

    private EngineException limited(Answer answer, Duration wait) {
        return new EngineException(
                ErrorCode.FORGE_LIMIT,
                project.kind().title() + " wants fewer requests",
                project.api() + projectPath(),
                "its rate limit is used up, for another " + wait.toSeconds() + " s" + said(answer.body()),
                "run it again after that: it continues; or use a token of an account that does less");
    }

    private EngineException unreachable(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return unreachable(
                        "its certificate is not trusted: " + cause.getMessage(),
                        "add the certificate's issuer to Java's trust store (-Djavax.net.ssl.trustStore), or correct the"
                                + " address");
            }
        }
        String why = e instanceof HttpConnectTimeoutException
                ? "nobody answers there within " + CONNECT.toSeconds() + " s"
                : e instanceof HttpTimeoutException
                        ? "it does not answer within " + ANSWER.toSeconds() + " s"
                        : e instanceof ConnectException && e.getMessage() == null
                                ? "nobody answers there, or no such host is known"
                                : Optional.ofNullable(e.getMessage())
                                        .orElse(e.getClass().getSimpleName());
        return unreachable(why);
    }

    private EngineException unreachable(String why) {
        return unreachable(why, "check the address, the network and the proxy");
    }

    private EngineException unreachable(String why, String fix) {
        return new EngineException(
                ErrorCode.FORGE_UNREACHABLE,
                project.kind().title() + " cannot be reached",
                project.api().toString(),
                why.replace(token.reveal(), "****"),
                fix);
    }
}
