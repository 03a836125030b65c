package dev.octavo.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitHttpServer;
import dev.octavo.engine.git.SelfSignedServer;
import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class GitTagsTest {
    private static final String PASSWORD = "pa55-w0rd";
    private static final VersionTag TAG = VersionTag.of("catalog-service", "v1.0.0");
    private static final GitTags.Tagger TAGGER = new GitTags.Tagger("Release Bot", "bot@example.org", "");

    @TempDir
    Path folder;

    private TestRepository repository;
    private Path remote;
    private EngineContext context;
    private String first;
    private String second;

    @BeforeEach
    void makeRepository() throws IOException {
        remote = TestRepository.bare(folder.resolve("remotes/shop.git"));
        repository = TestRepository.create(Files.createDirectory(folder.resolve("work")));
        first = repository.commit("one.txt", "1");
        second = repository.commit("two.txt", "2");
        context = TestRepository.context(folder, Map.of());
    }

    @AfterEach
    void closeRepository() {
        repository.close();
    }

    private GitTags.Request request(String commit) {
        return new GitTags.Request(repository.directory(), TAG, commit, remote.toString());
    }

    private RevTag remoteTag() throws IOException {
        try (Repository bare = TestRepository.open(remote);
                RevWalk walk = new RevWalk(bare)) {
            Ref ref = bare.exactRef("refs/tags/" + TAG.name());
            RevTag tag = walk.parseTag(ref.getObjectId());
            walk.parseBody(tag);
            return tag;
        }
    }

    private void pushTag() throws Exception {
        repository
                .git()
                .push()
                .setRemote(remote.toString())
                .setRefSpecs(new RefSpec("refs/tags/*:refs/tags/*"))
                .call();
    }

    @Test
    void makesAnAnnotatedTagOnTheTestedCommitAndPushesIt() throws IOException {
        assertThat(GitTags.check(request(first), context))
                .isEqualTo(new TagState("catalog-service/v1.0.0", first, false, false));

        TagState state = GitTags.create(request(first), TAGGER, context);

        assertThat(state).isEqualTo(new TagState("catalog-service/v1.0.0", first, true, true));
        RevTag tag = remoteTag();
        assertThat(tag.getObject().name()).isEqualTo(first);
        assertThat(tag.getFullMessage()).isEqualTo("Release catalog-service/v1.0.0");
        assertThat(tag.getTaggerIdent().getName()).isEqualTo("Release Bot");
        assertThat(tag.getTaggerIdent().getWhenAsInstant()).isEqualTo(Instant.parse("2026-06-01T12:00:00Z"));
    }

    @Test
    void doesNothingTheSecondTime() throws IOException {
        GitTags.create(request(first), TAGGER, context);
        String object = remoteTag().name();

        TagState state = GitTags.create(request(first), TAGGER, context);

        assertThat(state.remote()).isTrue();
        assertThat(remoteTag().name()).isEqualTo(object);
    }

    @Test
    void pushesTheTagThatAKilledRunMade() throws IOException {
        repository.switchTo(first);
        repository.tag(TAG.name());

        assertThat(GitTags.check(request(first), context)).isEqualTo(new TagState(TAG.name(), first, true, false));
        GitTags.create(request(first), TAGGER, context);

        assertThat(remoteTag().getObject().name()).isEqualTo(first);
    }

    @Test
    void continuesWhereOnlyTheRemoteHasTheTag() throws Exception {
        GitTags.create(request(first), TAGGER, context);
        repository.git().tagDelete().setTags(TAG.name()).call();

        assertThat(GitTags.create(request(first), TAGGER, context))
                .isEqualTo(new TagState(TAG.name(), first, false, true));
    }

    @Test
    void continuesWithALightTagOnTheSameCommit() throws Exception {
        repository.lightTag(TAG.name());
        pushTag();

        assertThat(GitTags.create(request(second), TAGGER, context).remote()).isTrue();
    }

    @Test
    void refusesATagThatIsAtAnotherCommitHere() {
        repository.tag(TAG.name());

        assertThatThrownBy(() -> GitTags.check(request(first), context))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_EXISTS);
                    assertThat(e.why()).contains(first, second);
                    assertThat(e.fix()).contains("git tag -d catalog-service/v1.0.0");
                });
    }

    @Test
    void refusesATagThatIsAtAnotherCommitAtTheRemote() throws Exception {
        repository.tag(TAG.name());
        pushTag();
        repository.git().tagDelete().setTags(TAG.name()).call();

        for (Runnable attempt : new Runnable[] {
            () -> GitTags.check(request(first), context), () -> GitTags.create(request(first), TAGGER, context)
        }) {
            assertThatThrownBy(attempt::run).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_EXISTS);
                assertThat(e.where()).isEqualTo(remote.toString());
                assertThat(e.why()).contains(first, second);
            });
        }
        assertThat(remoteTag().getObject().name()).isEqualTo(second);
    }

    @Test
    void saysThatThereIsNoRemote() {
        GitTags.Request request = new GitTags.Request(repository.directory(), TAG, first, "");

        assertThatThrownBy(() -> GitTags.check(request, context))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_PUSH));
    }

    @Test
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    void pushesOverHttpWithALoginThatIsInNoAddress() throws IOException {
        try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
            EngineContext deployer =
                    TestRepository.context(folder, Map.of("GIT_USERNAME", "deployer", "GIT_PASSWORD", PASSWORD));

            TagState state = GitTags.create(http(server), TAGGER, deployer);

            assertThat(state.remote()).isTrue();
            assertThat(remoteTag().getObject().name()).isEqualTo(first);
            assertThat(server.seen()).isNotEmpty().noneMatch(line -> line.contains(PASSWORD));
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    // JGit keeps one idle thread for the whole JVM
                    .noneMatch(name -> name.startsWith("JGit") && !name.equals("JGit-WorkQueue"))
                    .noneMatch(name -> name.startsWith("octavo"));
        }
    }

    @Test
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    void tellsReadersStrangersAndSilenceApartWithoutTheSecret() {
        GitTags.Request request;
        try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
            request = http(server);
            assertThat(failure(request, "reader", PASSWORD)).contains("does not allow");
            assertThat(failure(request, "deployer", "wr0ng")).contains("refuses the name and password");
            assertThat(failure(request, "", "")).contains("wants a login");
        }
        assertThat(failure(request, "deployer", PASSWORD)).contains("nobody answers");
    }

    @Test
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    void leavesNoTagBehindThatTheRemoteRefused() throws IOException {
        try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
            failure(http(server), "reader", PASSWORD);
        }

        assertThat(repository.git().getRepository().exactRef("refs/tags/" + TAG.name()))
                .isNull();
        assertThat(GitTags.create(request(second), TAGGER, context).remote()).isTrue();
    }

    @Test
    @Timeout(20)
    void stopsWaitingForASilentRemoteWhenCancelled() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GitTags.Request request = new GitTags.Request(
                    repository.directory(), TAG, first, "http://127.0.0.1:" + silent.getLocalPort() + "/shop.git");
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<?> asked = other.submit(() -> {
                    try (Socket connection = silent.accept()) {
                        // the request has come: its sender now waits
                        assertThat(connection.getInputStream().read()).isPositive();
                        context.cancellation().cancel();
                    }
                    return null;
                });

                assertThatThrownBy(() -> GitTags.check(request, context))
                        .isInstanceOfSatisfying(
                                EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
                asked.get();
            } finally {
                other.shutdownNow();
            }
        }
    }

    @Test
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    void tellsAnExpiredTokenAndARepositoryThatIsNotThere() {
        try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
            EngineException expired = refused(server.url() + "/shop.git", "", "0ld-t0ken");
            assertThat(expired.why()).contains("refuses the name and password");
            assertThat(expired.fix()).contains("may have expired");
            EngineException missing = refused(server.url() + "/none.git", "deployer", PASSWORD);
            assertThat(missing.why()).contains("no such repository");
            assertThat(missing.fix()).contains("check the address");
        }
    }

    @Test
    void tellsAHostThatNobodyKnows() {
        EngineException e = refused("https://git.example.invalid/shop.git", "deployer", PASSWORD);

        assertThat(e.where()).isEqualTo("https://git.example.invalid/shop.git");
        assertThat(e.why()).contains("no such host is known");
        assertThat(e.fix()).contains("check the address, the network and the proxy");
    }

    @Test
    void tellsACertificateThatNobodyTrusts() throws Exception {
        try (SelfSignedServer server = SelfSignedServer.start(folder)) {
            EngineException e = refused(server.url() + "/shop.git", "deployer", PASSWORD);

            assertThat(e.why()).contains("its certificate is not trusted");
            assertThat(e.fix()).contains("trust store");
            assertThat(server.seen()).as("no login for a stranger").isZero();
        }
    }

    private EngineException refused(String url, String user, String password) {
        EngineContext other = TestRepository.context(folder, Map.of("GIT_USERNAME", user, "GIT_PASSWORD", password));
        try {
            GitTags.create(new GitTags.Request(repository.directory(), TAG, first, url), TAGGER, other);
            throw new AssertionError("it was pushed");
        } catch (EngineException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_PUSH);
            assertThat(e.describe()).contains("where", "why", "fix").doesNotContain(password);
            return e;
        }
    }

    private GitTags.Request http(GitHttpServer server) {
        return new GitTags.Request(repository.directory(), TAG, first, server.url() + "/shop.git");
    }

    private String failure(GitTags.Request request, String user, String password) {
        EngineContext other = TestRepository.context(folder, Map.of("GIT_USERNAME", user, "GIT_PASSWORD", password));
        try {
            GitTags.create(request, TAGGER, other);
            throw new AssertionError("it was pushed");
        } catch (EngineException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_PUSH);
            assertThat(e.describe()).contains("where", "why", "fix").doesNotContain(PASSWORD, "wr0ng");
            return e.why();
        }
    }

    @Test
    @EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
    @DisabledOnOs(OS.WINDOWS)
    void repeatsWhatTheRemotesHookSays() throws IOException {
        Path hook = Files.createDirectories(remote.resolve("hooks")).resolve("pre-receive");
        Files.writeString(hook, "#!/bin/sh\necho 'tags are made by the release team'\nexit 1\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        try (GitHttpServer server = GitHttpServer.start(folder.resolve("remotes"), PASSWORD)) {
            assertThat(failure(http(server), "deployer", PASSWORD))
                    .contains("pre-receive hook declined", "tags are made by the release team");
        }
    }
}
