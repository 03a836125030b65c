package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists microservices, and chooses those that have changed since each was last delivered. */
class ListOperationTest {
    @TempDir
    private Path root;

    private TestRepository repository;
    private String first;
    private String second;

    @BeforeEach
    void prepare() {
        repository = TestRepository.create(root);
        for (String name : List.of("orders", "stock")) {
            repository.commit(name + "/pom.xml", "<project><artifactId>" + name + "</artifactId></project>\n");
            first = repository.commit(
                    name + "/src/main/java/App.java",
                    "@SpringBootApplication\nclass App {\n    public static void main(String[] args) {}\n}\n");
        }
        second = repository.commit("stock/src/main/java/Stock.java", "class Stock {}\n");
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private EngineContext context(Map<String, String> environment) {
        return TestRepository.context(root, environment);
    }

    private ListResult list(String project, String since, String picture, Map<String, String> environment) {
        ListRequest request = new ListRequest("", project, Map.of(), picture, since, "", "no-such-kubeconfig", "");
        return new ListOperation().run(request, context(environment));
    }

    private static Release release(String service, int number, Release.Status status, String commit) {
        return new Release(
                service,
                "prod",
                "shop",
                number,
                status,
                "",
                commit.isEmpty() ? Map.of() : Map.of("commit", commit),
                List.of(),
                "",
                1,
                -1,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private Changes changes(String service, Release... newestFirst) {
        return LastDeliveries.since(List.of(newestFirst), "prod", second, context(Map.of()))
                .apply(Catalog.scan(root).find(service));
    }

    @Test
    void countsFromTheLastCommitThatMadeARelease() {
        Map<String, String> facts = Map.of("commit", first, Release.CONFIRMED, second);
        Release confirmed = new Release(
                "stock",
                "prod",
                "shop",
                3,
                Release.Status.DEPLOYED,
                "",
                facts,
                List.of(),
                "",
                1,
                -1,
                Instant.EPOCH,
                Instant.EPOCH);

        assertThat(changes("stock", confirmed))
                .isInstanceOfSatisfying(
                        Changes.Files.class, files -> assertThat(files.files()).isEmpty());
    }

    @Test
    void needsNoRunAndLeavesNoTrace() {
        ListResult result = list("all", "", "", Map.of());

        assertThat(result.text())
                .startsWith("NAME    KIND         JAVA  BOOT  PORT  PATH  HEALTH\norders  Spring Boot")
                .endsWith("all 2 microservices");
        assertThat(root.resolve(".octavo")).doesNotExist();
    }

    @Test
    void writesAPicture() throws IOException {
        list("all", "", "docs/services.svg", Map.of());

        assertThat(Files.readString(root.resolve("docs/services.svg"))).contains(">orders<");
    }

    @Test
    void countsFromTheLastSuccessfulBuild() {
        ListResult result = list("changed", "", "", Map.of("GIT_PREVIOUS_SUCCESSFUL_COMMIT", first));

        assertThat(result.chosen()).singleElement().satisfies(choice -> {
            assertThat(choice.service()).isEqualTo("stock");
            assertThat(choice.reason())
                    .isEqualTo("stock/src/main/java/Stock.java changed, since commit " + first.substring(0, 7)
                            + ", the last successful build");
        });
    }

    @Test
    void countsWhatIsNotCommittedYetWhereAPersonLooks() {
        repository.write("orders/src/main/java/Order.java", "class Order {}\n");

        assertThat(list("changed", "", "", Map.of("GIT_PREVIOUS_SUCCESSFUL_COMMIT", second))
                        .chosen())
                .extracting(ListResult.Choice::service)
                .containsExactly("orders");
    }

    @Test
    void takesAllWhereNothingIsKnown() {
        assertThat(list("changed", "", "", Map.of()).chosen())
                .extracting(ListResult.Choice::reason)
                .hasSize(2)
                .allMatch(reason -> reason.contains("no earlier delivery is known"));
    }

    @Test
    void takesAllWhereTheClusterCannotBeAsked() {
        assertThat(list("changed", "prod", "", Map.of()).chosen())
                .extracting(ListResult.Choice::reason)
                .hasSize(2)
                .allMatch(reason -> reason.contains("the releases of prod cannot be read"));
    }

    @Test
    void countsForEachMicroserviceFromItsOwnRelease() {
        Release[] releases = {
            release("stock", 3, Release.Status.FAILED, second),
            release("stock", 2, Release.Status.DEPLOYED, first),
            release("stock", 1, Release.Status.SUPERSEDED, second),
            release("orders", 1, Release.Status.DEPLOYED, second)
        };

        assertThat(changes("orders", releases))
                .isEqualTo(new Changes.Files("commit " + second.substring(0, 7) + " of release 1 in prod", List.of()));
        assertThat(changes("stock", releases))
                .isEqualTo(new Changes.Files(
                        "commit " + first.substring(0, 7) + " of release 2 in prod",
                        List.of("stock/src/main/java/Stock.java")));
    }

    @Test
    void doesNotKnowWhatWasNeverDelivered() {
        assertThat(changes("orders")).isEqualTo(new Changes.Unknown("it was never delivered to prod"));
    }

    @Test
    void doesNotKnowWhereAReleaseNamesNoCommitOrOneThatIsNotHere() {
        assertThat(changes("orders", release("orders", 4, Release.Status.DEPLOYED, "")))
                .isEqualTo(new Changes.Unknown("release 4 in prod names no commit"));
        assertThat(changes("orders", release("orders", 4, Release.Status.DEPLOYED, "0123456789".repeat(4))))
                .isEqualTo(new Changes.Unknown("commit 0123456 of release 4 in prod, which is not in this clone"));
    }
}
