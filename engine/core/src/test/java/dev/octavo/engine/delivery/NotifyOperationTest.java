package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.notice.StandIn;
import dev.octavo.engine.record.RunRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NotifyOperationTest {
    @TempDir
    private Path workspace;

    private final StandIn robot = new StandIn();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @BeforeEach
    void setUp() {
        RunRecord record = RunRecord.begin(workspace);
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        "https://git.example/shop.git",
                        "main",
                        "0123456789abcdef0123456789abcdef01234567",
                        "0123456789ab",
                        Instant.EPOCH,
                        "Alice",
                        "Sell more",
                        true,
                        "v1.0.0"));
        record.put("orders", "any", Map.of());
        record.append(
                "deployments",
                new DeployResult(
                        "dev",
                        List.of(new DeployResult.Deployed("orders", "shop-dev", null)),
                        "amy",
                        Instant.EPOCH,
                        List.of()));
    }

    @AfterEach
    void tearDown() {
        robot.close();
    }

    private NotifyResult tell(Map<String, String> inputs) {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {}
        };
        Map<String, String> environment = Map.of(
                "JOB_NAME", "shop/main",
                "BUILD_NUMBER", "7",
                "BUILD_URL", "https://ci.example/job/shop/7/",
                "NOTIFY_WEBHOOK_URL", robot.address() + "/hook",
                "NOTIFY_TEAM_URL", robot.address() + "/secretsecretsecret");
        EngineContext context =
                new EngineContext(workspace, workspace, environment, listener, new Cancellation(), Clock.systemUTC());
        Map<String, String> all = new HashMap<>(Map.of("channels", "webhook"));
        all.putAll(inputs);
        return new NotifyOperation().run(Requests.bind("notify", NotifyRequest.class, all, environment), context);
    }

    @Test
    void tellsWhatWasDeliveredAndWhere() {
        robot.answering(200, "");

        NotifyResult result = tell(Map.of("event", "delivered", "environment", "dev"));

        assertThat(result.text()).isEqualTo("webhook: told");
        assertThat(robot.posted.get(0).body())
                .contains(
                        "交付成功 Delivered · orders v1.0.0 · dev",
                        "shop/main #7",
                        "0123456789ab main, Alice: Sell more",
                        "dev: orders",
                        "https://ci.example/job/shop/7/");
    }

    @Test
    void tellsWhyARunFailedInOneLanguage() {
        robot.answering(200, "");
        RunRecord.open(workspace)
                .fail(
                        "deploy",
                        new EngineException(
                                ErrorCode.DEPLOY_FAILED, "orders is not ready", "dev", "it crashes", "fix it"),
                        Instant.EPOCH);

        NotifyResult unused = tell(Map.of("event", "failed", "language", "zh", "link", "https://ci.example/gate"));

        assertThat(robot.posted.get(0).body())
                .contains(
                        "交付失败", "DEPLOY-202 orders is not ready", "it crashes", "处理: fix it", "https://ci.example/gate")
                .doesNotContain("Delivery failed");
    }

    @Test
    void whatCannotBeDeliveredIsAWarning() {
        robot.answering(404, "no such thing as secretsecretsecret");

        NotifyResult result = tell(Map.of("event", "failed", "channels", "slack:team,wecom"));

        assertThat(result.channels()).extracting(NotifyResult.Told::delivered).containsExactly(false, false);
        assertThat(warnings)
                .anyMatch(line -> line.contains("NOTIFY-101"))
                .anyMatch(line -> line.contains("status 404: no such thing as ****"))
                .anyMatch(line -> line.contains("the variable NOTIFY_WECOM_URL is not set"))
                .noneMatch(line -> line.contains("secretsecretsecret"));
    }

    @Test
    void aWrongCallIsAnError() {
        for (Map<String, String> wrong : List.of(
                Map.of("event", "delivred"),
                Map.of("event", "failed", "channels", "dingding"),
                Map.of("event", "failed", "language", "de"))) {
            EngineException failure = catchThrowableOfType(EngineException.class, () -> tell(wrong));

            assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        }
    }
}
