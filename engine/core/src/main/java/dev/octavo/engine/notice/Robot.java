package dev.octavo.engine.notice;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Posts to a chat's robot and understands its answer. */
final class Robot {
    private static final int LARGEST = 64 * 1024;
    private static final int SHOWN = 200;
    private static final int OK = 200;
    private static final int REDIRECTION = 300;
    private static final int TOO_MANY = 429;
    private static final int SERVER = 500;
    private static final long LONGEST_WAIT = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ChannelKind kind;
    private final HttpClient http;

    Robot(ChannelKind kind, ProxySelector proxies, Duration connect) {
        this.kind = kind;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                // the address is a secret, and so is for one host
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connect)
                .proxy(proxies)
                .build();
    }

    Delivery post(Payload payload, Duration patience) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(payload.uri())
                .timeout(patience)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(payload.body()));
        payload.headers().forEach(request::header);
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        String body;
        try (InputStream in = response.body()) {
            body = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
        }
        int status = response.statusCode();
        if (status == TOO_MANY || status >= SERVER) {
            return Delivery.later("it answered with status " + status + shown(body), wait(response));
        }
        if (status < OK || status >= REDIRECTION) {
            return Delivery.refused("it answered with status " + status + shown(body));
        }
        return judged(body);
    }

    /** DingTalk, WeCom and Feishu answer 200 to what they do not take too, and say so in the body. */
    private Delivery judged(String body) {
        String name =
                switch (kind) {
                    case DINGTALK, WECOM -> "errcode";
                    case FEISHU -> "code";
                    case SLACK, WEBHOOK, MAIL -> "";
                };
        if (name.isEmpty()) {
            return Delivery.DONE;
        }
        Optional<JsonNode> code = json(body).map(answer -> {
            JsonNode there = answer.get(name);
            // an older form of Feishu's answer
            return there == null ? answer.path("StatusCode") : there;
        });
        if (code.filter(JsonNode::isNumber).isEmpty()) {
            return Delivery.refused("it did not answer as " + kind.word() + " does" + shown(body));
        }
        return code.get().asInt() == 0 ? Delivery.DONE : Delivery.refused("it refused" + shown(body));
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.ofNullable(JSON.readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String shown(String body) {
        String line = body.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.isEmpty() ? "" : ": " + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line);
    }

    private static @Nullable Duration wait(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> Duration.ofSeconds(Math.min(LONGEST_WAIT, Long.parseLong(text))))
                .orElse(null);
    }
}
