package dev.octavo.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitHttpServer;
import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class GitCheckoutTest {
    private static final String PASSWORD = "pa55-w0rd";

    @TempDir
    Path folder;

    private TestRepository repository;
    private Path target;
    private EngineContext context;
    private String first;
    private String second;

    @BeforeEach
    void makeRepository() throws IOException {
        repository = TestRepository.create(Files.createDirectory(folder.resolve("work")));
        first = repository.commit("a/one.txt", "1");
        repository.tag("v0.9.0");
        repository.lightTag("light");
        second = repository.commit("a/two.txt", "2");
        target = folder.resolve("checkout");
        context = TestRepository.context(folder, Map.of());
    }

    @AfterEach
    void closeRepository() {
        repository.close();
    }

    private Source checkout(String revision) {
        return GitCheckout.checkout(
                new GitCheckout.Request(repository.directory().toString(), revision, target, "", ""), context);
    }

    @Nested
    class OfALocalRepository {
        @Test
        void takesTheNewestCommitOfABranchAndSaysWhatItIs() {
            Source source = checkout("main");

            assertThat(target.resolve("a/two.txt")).hasContent("2");
            assertThat(source.commit()).isEqualTo(second);
            assertThat(source.shortCommit()).isEqualTo(second.substring(0, 8));
            assertThat(source.branch()).isEqualTo("main");
            assertThat(source.committedAt()).isEqualTo(Instant.parse("2026-05-04T10:01:00Z"));
            assertThat(source.author()).isEqualTo("Ada Developer");
            assertThat(source.message()).isEqualTo("Change a/two.txt");
            assertThat(source.tags()).isEmpty();
            assertThat(source.repository()).isEqualTo(repository.directory().toString());
        }

        @Test
        void takesNoNewerCommitThanTheOneAskedFor() {
            for (String revision : new String[] {first, first.substring(0, 9), "v0.9.0", "refs/tags/v0.9.0", "light"}) {
                Source source = checkout(revision);

                assertThat(source.commit()).isEqualTo(first);
                assertThat(source.tags()).containsExactly("light", "v0.9.0");
                assertThat(target.resolve("a/one.txt")).exists();
                assertThat(target.resolve("a/two.txt")).doesNotExist();
            }
        }

        @Test
        void cleansWhatAnEarlierRunLeftButForOurOwnFolder() throws IOException {
            checkout("main");
            Files.writeString(target.resolve("a/one.txt"), "edited");
            Files.createDirectories(target.resolve("a/target/classes"));
            Files.writeString(target.resolve("a/target/classes/A.class"), "x");
            Files.createDirectories(target.resolve(".octavo"));
            Files.writeString(target.resolve(".octavo/run.json"), "{}");
            Files.writeString(target.resolve(".git/index.lock"), "");

            Source again = checkout("main");

            assertThat(again.commit()).isEqualTo(second);
            assertThat(target.resolve("a/one.txt")).hasContent("1");
            assertThat(target.resolve("a/target")).doesNotExist();
            assertThat(target.resolve(".octavo/run.json")).exists();
            assertThat(SourceState.of(target, Map.of()).isClean()).isTrue();
        }

        @Test
        void forgetsATagThatAnEarlierRunNeverPushed() throws Exception {
            checkout("main");
            try (Git git = Git.open(target.toFile())) {
                git.tag().setName("v1.0.0").setAnnotated(false).call();
            }

            assertThat(checkout("main").tags()).isEmpty();
        }

        @Test
        void finishesAFirstCheckoutThatWasKilled() throws IOException {
            Files.createDirectories(target.resolve(".git/objects"));
            Files.createDirectories(target.resolve(".git/refs/heads"));

            assertThat(checkout("main").commit()).isEqualTo(second);

            Files.delete(target.resolve(".git/index"));
            Files.delete(target.resolve("a/two.txt"));
            assertThat(checkout("main").commit()).isEqualTo(second);
            assertThat(SourceState.of(target, Map.of()).isClean()).isTrue();
        }

        @Test
        void seesACommitThatCameAfterTheFirstCheckout() {
            checkout("main");
            String third = repository.commit("a/three.txt", "3");

            assertThat(checkout("HEAD").commit()).isEqualTo(third);
            assertThat(target.resolve("a/three.txt")).exists();
        }

        @Test
        void setsOriginToTheGivenAddressWithoutItsPassword() throws IOException {
            Source source = GitCheckout.checkout(
                    new GitCheckout.Request(
                            repository.directory().toString(),
                            "HEAD",
                            target,
                            "https://ada:" + PASSWORD + "@git.example.org/shop.git",
                            "feature/x"),
                    context);

            assertThat(source.repository()).isEqualTo("https://git.example.org/shop.git");
            assertThat(source.branch()).isEqualTo("feature/x");
            assertThat(Files.readString(target.resolve(".git/config")))
                    .contains("url = https://git.example.org/shop.git")
                    .doesNotContain(PASSWORD);
        }

        @Test
        void worksFromALinkedWorkingTree() throws Exception {
            Path linked = folder.resolve("linked");
            Process git = new ProcessBuilder(
                            "git",
                            "-C",
                            repository.directory().toString(),
                            "worktree",
                            "add",
                            "-q",
                            "-b",
                            "side",
                            linked.toString())
                    .inheritIO()
                    .start();
            org.junit.jupiter.api.Assumptions.assumeTrue(git.waitFor() == 0);

            Source source =
                    GitCheckout.checkout(new GitCheckout.Request(linked.toString(), "HEAD", target, "", ""), context);

            assertThat(source.commit()).isEqualTo(second);
            assertThat(source.branch()).isEqualTo("side");
        }

        @Test
        void offersTheNearestNameOfAnUnknownRevision() {
            assertThatThrownBy(() -> checkout("mian")).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CHECKOUT);
                assertThat(e.fix()).contains("\"main\"");
            });
            assertThatThrownBy(() -> checkout("0123456789012345678901234567890123456789"))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CHECKOUT));
        }

        @Test
        void neverCleansAFolderThatIsNotItsOwn() throws IOException {
            Files.createDirectories(target);
            Path precious = Files.writeString(target.resolve("thesis.txt"), "years of work");
            Path other = repository.write("untracked.txt", "mine");

            assertThatThrownBy(() -> checkout("main"))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CHECKOUT));
            assertThatThrownBy(() -> GitCheckout.checkout(
                            new GitCheckout.Request(
                                    repository.directory().toString(), "main", repository.directory(), "", ""),
                            context))
                    .isInstanceOf(EngineException.class);
            assertThat(precious).exists();
            assertThat(other).exists();
        }

        @Test
        void refusesASourceFolderWithoutRepository() throws IOException {
            Path plain = Files.createDirectory(folder.resolve("plain"));

            assertThatThrownBy(() -> GitCheckout.checkout(
                            new GitCheckout.Request(plain.toString(), "main", target, "", ""), context))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_NOT_GIT));
        }

        @Test
        void stopsWhenCancelled() {
            context.cancellation().cancel();

            assertThatThrownBy(() -> checkout("main"))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        }
    }

    @Nested
    class OfAMirror {
        @Test
        void givesTheSameAndKeepsWhatWasPushedToIt() throws Exception {
            repository.branch("feature/x");
            Path mirror = BareMirror.createFrom(repository.directory(), folder.resolve("remote.git"));
            target = folder.resolve("from-mirror");
            Source source =
                    GitCheckout.checkout(new GitCheckout.Request(mirror.toString(), "HEAD", target, "", ""), context);
            try (Git git = Git.open(target.toFile())) {
                git.tag().setName("v1.0.0").setAnnotated(false).call();
                git.push().setRemote("origin").setPushTags().call();
            }
            String third = repository.commit("a/three.txt", "3");

            BareMirror.createFrom(repository.directory(), mirror);

            assertThat(source.commit()).isEqualTo(second);
            assertThat(source.branch()).isEqualTo("main");
            try (Repository bare = TestRepository.open(mirror)) {
                assertThat(bare.isBare()).isTrue();
                assertThat(bare.exactRef("refs/tags/v1.0.0")).isNotNull();
                assertThat(bare.exactRef("refs/tags/v0.9.0")).isNotNull();
                assertThat(bare.exactRef("refs/heads/feature/x")).isNotNull();
                assertThat(bare.resolve("main").name()).isEqualTo(third);
            }
        }
    }

    @Nested
    class OfAChangedMirror {
        @Test
        void takesTheNewBranchWhereItCannotBeBesideAnOldOne() throws Exception {
            repository.branch("feature");
            Path mirror = BareMirror.createFrom(repository.directory(), folder.resolve("remote.git"));
            repository.git().branchDelete().setBranchNames("feature").call();
            repository.branch("feature/x");

            BareMirror.createFrom(repository.directory(), mirror);

            try (Repository bare = TestRepository.open(mirror)) {
                assertThat(bare.exactRef("refs/heads/feature")).isNull();
                assertThat(bare.exactRef("refs/heads/feature/x")).isNotNull();
            }
        }
    }

    @Nested
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    class OfARemoteRepository {
        @Test
        void fetchesWithALoginThatStaysOutOfAddressesAndMessages() throws IOException {
            BareMirror.createFrom(repository.directory(), folder.resolve("remotes/shop.git"));
            try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
                String url = server.url() + "/shop.git";
                EngineContext reader =
                        TestRepository.context(folder, Map.of("GIT_USERNAME", "reader", "GIT_PASSWORD", PASSWORD));

                Source source = GitCheckout.checkout(new GitCheckout.Request(url, "HEAD", target, "", ""), reader);
                Source older = GitCheckout.checkout(new GitCheckout.Request(url, first, target, "", ""), reader);

                assertThat(source.commit()).isEqualTo(second);
                assertThat(source.branch()).isEqualTo("main");
                assertThat(source.repository()).isEqualTo(url);
                assertThat(older.commit()).isEqualTo(first);
                assertThat(target.resolve("a/two.txt")).doesNotExist();
                assertThat(server.seen()).noneMatch(line -> line.contains(PASSWORD));
                assertThat(Files.readString(target.resolve(".git/config"))).doesNotContain(PASSWORD);
            }
        }

        @Test
        void tellsARefusedLoginFromNoneAndFromNobodyThere() throws IOException {
            BareMirror.createFrom(repository.directory(), folder.resolve("remotes/shop.git"));
            String url;
            try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
                url = server.url() + "/shop.git";
                assertThat(failure(url, Map.of())).contains("wants a login");
                assertThat(failure(url, Map.of("GIT_USERNAME", "reader", "GIT_PASSWORD", "wr0ng")))
                        .contains("refuses the name and password")
                        .doesNotContain("wr0ng");
                assertThat(failure(
                                server.url() + "/absent.git",
                                Map.of("GIT_USERNAME", "reader", "GIT_PASSWORD", PASSWORD)))
                        .contains("no such repository");
            }
            assertThat(failure(url, Map.of())).contains("nobody answers there");
        }

        private String failure(String url, Map<String, String> environment) {
            EngineContext other = TestRepository.context(folder, environment);
            try {
                GitCheckout.checkout(new GitCheckout.Request(url, "HEAD", target, "", ""), other);
                throw new AssertionError("it was checked out");
            } catch (EngineException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CHECKOUT);
                return e.describe();
            }
        }
    }
}
