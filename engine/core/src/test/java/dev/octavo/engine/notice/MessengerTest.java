package dev.octavo.engine.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MessengerTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String SECRET = "SECdeadbeefdeadbeef";
    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000L);
    private static final Notice NOTICE = new Notice(
            "等待批准 Waiting · orders · prod",
            List.of("by <!channel> @all [here](http://evil.example)", "orders: 1 to change"),
            "https://ci.example/job/shop/7/octavo-gates/prod/",
            "去批准 Answer",
            Map.of("event", "gate-waits"));

    @TempDir
    private Path workspace;

    private final StandIn robot = new StandIn();
    private final List<Duration> pauses = new ArrayList<>();

    @AfterEach
    void tearDown() {
        robot.close();
    }

    private int send(String channel, Map<String, String> environment, Duration limit) {
        EngineContext context = new EngineContext(
                workspace,
                workspace,
                environment,
                EngineListener.SILENT,
                new Cancellation(),
                Clock.fixed(NOW, ZoneOffset.UTC));
        return new Messenger(context, limit, pauses::add).send(Channel.of(channel, environment), NOTICE);
    }

    private int send(String kind, String path, String secret) {
        String variable = "NOTIFY_" + kind.toUpperCase(java.util.Locale.ROOT);
        return send(
                kind,
                Map.of(variable + "_URL", robot.address() + path, variable + "_SECRET", secret),
                Duration.ofSeconds(20));
    }

    private EngineException refused(String kind, String path) {
        EngineException failure = catchThrowableOfType(EngineException.class, () -> send(kind, path, SECRET));
        assertThat(failure.code()).isEqualTo(ErrorCode.NOTIFY_FAILED);
        assertThat(failure.describe()).doesNotContain(TOKEN, SECRET);
        return failure;
    }

    private static byte[] hmac(String key, String data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(data.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void signsForDingTalkInTheAddress() throws GeneralSecurityException {
        robot.answering(200, "{\"errcode\":0,\"errmsg\":\"ok\"}");

        assertThat(send("dingtalk", "/robot/send?access_token=" + TOKEN, SECRET))
                .isEqualTo(1);

        StandIn.Posted posted = robot.posted.get(0);
        String[] query = posted.query().split("&");
        assertThat(query[0]).isEqualTo("access_token=" + TOKEN);
        assertThat(query[1]).isEqualTo("timestamp=1790000000000");
        assertThat(URLDecoder.decode(query[2].substring("sign=".length()), StandardCharsets.UTF_8))
                .isEqualTo(Base64.getEncoder().encodeToString(hmac(SECRET, "1790000000000\n" + SECRET)));
        assertThat(posted.type()).isEqualTo("application/json; charset=utf-8");
        assertThat(posted.body())
                .contains("\"msgtype\":\"markdown\"", "等待批准", "(https://ci.example/job/shop/7/octavo-gates/prod/)")
                .doesNotContain("[here](");
    }

    @Test
    void signsForFeishuInTheBody() throws GeneralSecurityException {
        robot.answering(200, "{\"code\":0,\"msg\":\"success\"}");

        send("feishu", "/open-apis/bot/v2/hook/" + TOKEN, SECRET);

        assertThat(robot.posted.get(0).body())
                .contains(
                        "\"timestamp\":\"1790000000\"",
                        "\"sign\":\"" + Base64.getEncoder().encodeToString(hmac("1790000000\n" + SECRET, "")) + "\"",
                        "\"msg_type\":\"post\"",
                        "\"href\":\"https://ci.example/job/shop/7/octavo-gates/prod/\"");
    }

    @Test
    void signsForAnyOtherProgramInAHeader() throws GeneralSecurityException {
        robot.answering(204, "");

        send("webhook", "/hook", SECRET);

        StandIn.Posted posted = robot.posted.get(0);
        assertThat(posted.timestamp()).isEqualTo("1790000000");
        assertThat(posted.signature())
                .isEqualTo("sha256=" + HexFormat.of().formatHex(hmac(SECRET, "1790000000." + posted.body())));
        assertThat(posted.body()).contains("\"event\":\"gate-waits\"");
    }

    @Test
    void speaksToWeComAndSlackWhichWantNoSignature() {
        robot.answering(200, "{\"errcode\":0,\"errmsg\":\"ok\"}").answering(200, "ok");

        send("wecom", "/cgi-bin/webhook/send?key=" + TOKEN, SECRET);
        send("slack", "/services/T0/B0/" + TOKEN, SECRET);

        assertThat(robot.posted.get(0).query()).isEqualTo("key=" + TOKEN);
        assertThat(robot.posted.get(0).body()).contains("\"msgtype\":\"markdown\"", "‹!channel›");
        assertThat(robot.posted.get(1).body())
                .contains("&lt;!channel&gt;", "<https://ci.example/job/shop/7/octavo-gates/prod/|去批准 Answer>");
    }

    @Test
    void saysWhatARobotRefusesThoughItAnswers200() {
        robot.answering(200, "{\"errcode\":310000,\"errmsg\":\"sign not match " + TOKEN + "\"}");

        EngineException failure = refused("dingtalk", "/robot/send?access_token=" + TOKEN);

        assertThat(failure.why()).contains("it refused", "310000", "sign not match ****");
        assertThat(failure.where()).isEqualTo("dingtalk at 127.0.0.1 (NOTIFY_DINGTALK_URL)");
        assertThat(robot.posted).hasSize(1);
    }

    @Test
    void knowsTheRefusalsOfWeComAndFeishuToo() {
        robot.answering(200, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}")
                .answering(200, "{\"code\":19021,\"msg\":\"sign match fail\"}")
                .answering(200, "<html>a login page</html>");

        assertThat(refused("wecom", "/send?key=" + TOKEN).why()).contains("93000");
        assertThat(refused("feishu", "/hook/" + TOKEN).why()).contains("19021");
        assertThat(refused("feishu", "/hook/" + TOKEN).why()).contains("it did not answer as feishu does");
    }

    @Test
    void comesBackWhenItIsAskedTo() {
        robot.askingToWait(3).answering(503, "").answering(200, "ok");

        assertThat(send("slack", "/services/" + TOKEN, "")).isEqualTo(3);
        assertThat(pauses).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    @Test
    void givesUpAfterSomeAttempts() {
        robot.answering(500, "");

        assertThat(refused("slack", "/services/" + TOKEN).why()).contains("status 500", "(4 attempts)");
        assertThat(robot.posted).hasSize(4);
    }

    @Test
    void waitsForNobodyForEver() {
        robot.silent();

        EngineException failure = catchThrowableOfType(
                EngineException.class,
                () -> send("slack", Map.of("NOTIFY_SLACK_URL", robot.address() + "/" + TOKEN), Duration.ofMillis(300)));

        assertThat(failure.why()).contains("did not answer in time");
        assertThat(failure.describe()).doesNotContain(TOKEN);
    }

    @Test
    void saysWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Map<String, String> environment = Map.of("NOTIFY_TEAM_URL", "http://127.0.0.1:" + port + "/" + TOKEN);

        EngineException failure = catchThrowableOfType(
                EngineException.class, () -> send("slack:team", environment, Duration.ofSeconds(20)));

        assertThat(failure.where()).isEqualTo("slack at 127.0.0.1 (NOTIFY_TEAM_URL)");
        assertThat(failure.why()).contains("cannot be reached");
        assertThat(failure.describe()).doesNotContain(TOKEN);
    }

    @Test
    void saysWhichVariableIsMissingOrWrongAndNotItsValue() {
        for (String address : List.of("", "not an address " + TOKEN, "ftp://x.example/" + TOKEN)) {
            EngineException failure = catchThrowableOfType(
                    EngineException.class, () -> Channel.of("wecom", Map.of("NOTIFY_WECOM_URL", address)));

            assertThat(failure.code()).isEqualTo(ErrorCode.NOTIFY_FAILED);
            assertThat(failure.describe()).contains("NOTIFY_WECOM_URL").doesNotContain(TOKEN);
        }
    }

    @Test
    void sendsMail() throws IOException {
        try (MailServer server = new MailServer()) {
            String address = "smtp://127.0.0.1:" + server.port()
                    + "?from=ci%40example.com&to=amy%40example.com,bob%40example.com";

            assertThat(send("mail", Map.of("NOTIFY_MAIL_URL", address), Duration.ofSeconds(30)))
                    .isEqualTo(1);

            assertThat(server.lines)
                    .anyMatch(line -> line.contains("MAIL FROM:<ci@example.com>"))
                    .anyMatch(line -> line.contains("RCPT TO:<amy@example.com>"))
                    .anyMatch(line -> line.contains("RCPT TO:<bob@example.com>"))
                    .anyMatch(line -> line.startsWith("Subject: =?UTF-8?"));
        }
    }

    @Test
    void givesNoPasswordToAMailServerInTheOpen() throws IOException {
        try (MailServer server = new MailServer()) {
            Map<String, String> environment = Map.of(
                    "NOTIFY_MAIL_URL",
                    "smtp://127.0.0.1:" + server.port() + "?to=amy%40example.com",
                    "NOTIFY_MAIL_USERNAME",
                    "ci",
                    "NOTIFY_MAIL_PASSWORD",
                    SECRET);

            EngineException failure =
                    catchThrowableOfType(EngineException.class, () -> send("mail", environment, Duration.ofSeconds(5)));

            assertThat(failure.why()).contains("STARTTLS");
            assertThat(server.lines).noneMatch(line -> line.contains("AUTH") || line.contains(SECRET));
        }
    }

    /** Takes mail, and offers neither a login nor TLS. */
    private static final class MailServer implements AutoCloseable {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final Thread thread = new Thread(this::serve, "mail-server");

        MailServer() throws IOException {
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket one = socket.accept();
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(one.getInputStream(), StandardCharsets.UTF_8));
                        PrintWriter out = new PrintWriter(one.getOutputStream(), true, StandardCharsets.UTF_8)) {
                    out.print("220 stand-in\r\n");
                    out.flush();
                    boolean content = false;
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        lines.add(line);
                        if (content) {
                            content = !line.equals(".");
                            if (content) {
                                continue;
                            }
                        }
                        boolean data = line.equals("DATA");
                        out.print(data ? "354 go on\r\n" : line.equals("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
                        out.flush();
                        content = data;
                    }
                } catch (IOException e) {
                    // the client has gone, or the test is over
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
