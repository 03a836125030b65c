package dev.octavo.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceStateTest {
    @TempDir
    Path folder;

    private TestRepository repository;
    private String first;

    @BeforeEach
    void makeRepository() throws IOException {
        repository = TestRepository.create(Files.createDirectory(folder.resolve("work")));
        repository.commit(".gitignore", "target/\n");
        first = repository.commit("shop/pom.xml", "<project/>");
    }

    @AfterEach
    void closeRepository() {
        repository.close();
    }

    @Test
    void readsCommitAndBranchOfACleanTreeFromAFolderWithin() {
        SourceState state = SourceState.of(repository.directory().resolve("shop"), Map.of());

        assertThat(state.isClean()).isTrue();
        assertThat(state.requireClean()).isSameAs(state);
        assertThat(state.root()).isEqualTo(repository.directory());
        assertThat(state.source().branch()).isEqualTo("main");
        assertThat(state.source().commit()).isEqualTo(first);
        assertThat(state.source().message()).isEqualTo("Change shop/pom.xml");
        assertThat(state.source().author()).isEqualTo("Ada Developer");
    }

    @Test
    void listsChangedAndUntrackedFilesButNotIgnoredOnesNorOurOwn() {
        repository.write("shop/pom.xml", "<project>changed</project>");
        repository.write("shop/target/app.jar", "ignored");
        repository.write("new/One.java", "x");
        repository.write("notes.txt", "x");
        repository.write(".octavo/run.json", "{}");

        SourceState state = SourceState.of(repository.directory(), Map.of());

        assertThat(state.changed()).containsExactly("shop/pom.xml");
        assertThat(state.untracked()).containsExactly("new/", "notes.txt");
        assertThatThrownBy(state::requireClean).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_DIRTY);
            assertThat(e.why()).contains("changed    shop/pom.xml", "untracked  notes.txt");
            assertThat(e.fix()).contains("git stash -u");
        });
    }

    @Test
    void namesTenFilesAndCountsTheOthers() {
        for (int i = 10; i < 25; i++) {
            repository.write("file" + i, "x");
        }

        SourceState state = SourceState.of(repository.directory(), Map.of());

        assertThatThrownBy(state::requireClean).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.what()).startsWith("15 files");
            assertThat(e.why().lines()).hasSize(11).last().isEqualTo("and 5 more");
        });
    }

    @Test
    void takesTheBranchOfADetachedCommitFromJenkinsOrTheRemote() throws Exception {
        repository.git().checkout().setName(first).call();

        assertThat(branch(Map.of())).isEqualTo("main");
        assertThat(branch(Map.of("BRANCH_NAME", "feature/x"))).isEqualTo("feature/x");
        assertThat(branch(Map.of("GIT_BRANCH", "origin/release/1"))).isEqualTo("release/1");
    }

    private String branch(Map<String, String> environment) {
        return SourceState.of(repository.directory(), environment).source().branch();
    }

    @Test
    void refusesAFolderWithoutGitAndARepositoryWithoutCommit() throws IOException {
        Path plain = Files.createDirectory(folder.resolve("plain"));
        try (TestRepository empty = TestRepository.create(Files.createDirectory(folder.resolve("empty")))) {
            for (Path directory : List.of(plain, empty.directory(), folder.resolve("absent"))) {
                assertThatThrownBy(() -> SourceState.of(directory, Map.of()))
                        .isInstanceOfSatisfying(EngineException.class, e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_NOT_GIT);
                            assertThat(e.fix()).contains("git");
                        });
            }
        }
    }

    @Test
    void listsFilesThatDifferBetweenTwoCommits() {
        repository.commit("shop/A.java", "a");
        String last = repository.commit("shop/pom.xml", "<project>2</project>");

        assertThat(SourceState.changedFiles(repository.directory(), first, "HEAD"))
                .hasValue(List.of("shop/A.java", "shop/pom.xml"));
        assertThat(SourceState.changedFiles(repository.directory(), last, last)).hasValue(List.of());
        assertThat(SourceState.changedFiles(repository.directory(), "0123456789012345678901234567890123456789", last))
                .isEmpty();
    }

    @Test
    void tellsWhatACommitHasChanged() {
        String last = repository.commit("shop/A.java", "a");

        CommitChange change = CommitChange.of(repository.directory(), last);

        assertThat(change.commit()).isEqualTo(last);
        assertThat(change.message()).isNotBlank();
        assertThat(change.files()).containsExactly("shop/A.java");
        assertThat(CommitChange.of(repository.directory(), first).files()).isNotEmpty();
    }

    @Test
    void neverShowsAPasswordOfTheRemotesAddress() throws Exception {
        repository
                .git()
                .remoteAdd()
                .setName("origin")
                .setUri(new org.eclipse.jgit.transport.URIish("https://ada:s3cret@git.example.org/shop.git"))
                .call();

        assertThat(SourceState.of(repository.directory(), Map.of()).source().repository())
                .isEqualTo("https://git.example.org/shop.git");
    }
}
