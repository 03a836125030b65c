package dev.octavo.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionHistoryTest {
    @TempDir
    Path folder;

    private final Map<String, String> tags = new HashMap<>();
    private TestRepository repository;

    @BeforeEach
    void makeRepository() throws IOException {
        repository = TestRepository.create(Files.createDirectory(folder.resolve("work")));
    }

    @AfterEach
    void closeRepository() {
        repository.close();
    }

    private VersionHistory history(String version, String commit) {
        return history(VersionTag.shared(version), commit);
    }

    private VersionHistory history(VersionTag tag, String commit) {
        return VersionHistory.of(repository.directory(), tag, commit, tags, files -> files.stream()
                .anyMatch(f -> f.startsWith("orders/")));
    }

    private static List<String> subjects(VersionHistory history) {
        return history.commits().stream()
                .map(each -> each.message().lines().findFirst().orElse(""))
                .toList();
    }

    @Test
    void holdsTheCommitsSinceTheLastVersionThatConcernTheService() {
        repository.commit("orders/a", "1");
        tags.put("v1.0.0", repository.commit("orders/b", "1"));
        repository.commit("stock/a", "1");
        repository.commit("orders/c", "1");
        String head = repository.commit("orders/d", "1");

        VersionHistory history = history("v1.1.0", head);

        assertThat(history.last()).isEqualTo("v1.0.0");
        assertThat(subjects(history)).containsExactly("Change orders/d", "Change orders/c");
        assertThat(history.complete()).isTrue();
    }

    @Test
    void holdsAllWhereThereIsNoVersionBefore() {
        repository.commit("orders/a", "1");
        String head = repository.commit("orders/b", "1");
        tags.put("v1.0.0", head);
        tags.put("nightly", head);
        tags.put("v9.9.9", "0".repeat(40));

        VersionHistory history = history("v1.0.0", head);

        assertThat(history.last()).isEmpty();
        assertThat(subjects(history)).containsExactly("Change orders/b", "Change orders/a");
    }

    @Test
    void goesByTagsOfTheSamePattern() {
        String first = repository.commit("orders/a", "1");
        String second = repository.commit("orders/b", "1");
        String head = repository.commit("orders/c", "1");
        tags.put("orders/v1.0.0", first);
        tags.put("stock/v2.0.0", second);
        tags.put("v3.0.0", second);

        assertThat(history(VersionTag.of("orders", "v1.1.0"), head).last()).isEqualTo("orders/v1.0.0");
        assertThat(history("v4.0.0", head).last()).isEqualTo("v3.0.0");
    }

    @Test
    void aReleaseTellsWhatItsCandidatesHadToo() {
        String first = repository.commit("orders/a", "1");
        String second = repository.commit("orders/b", "1");
        String head = repository.commit("orders/c", "1");
        tags.put("v1.0.0", first);
        tags.put("v1.1.0-rc.1", second);

        assertThat(history("v1.1.0", head).last()).isEqualTo("v1.0.0");
        assertThat(history("v1.1.0-rc.2", head).last()).isEqualTo("v1.1.0-rc.1");
    }

    @Test
    void aVersionOnAnotherBranchIsNotBefore() {
        String first = repository.commit("orders/a", "1");
        tags.put("v1.9.0", first);
        tags.put("v1.10.0", first);
        repository.branch("hotfix");
        tags.put("v2.0.0", repository.commit("orders/b", "1"));
        repository.switchTo("hotfix");
        String head = repository.commit("orders/c", "1");

        VersionHistory history = history("v1.10.1", head);

        assertThat(history.last()).isEqualTo("v1.10.0");
        assertThat(subjects(history)).containsExactly("Change orders/c");
    }

    @Test
    void saysThatAShallowCloneDoesNotHoldAll() throws IOException {
        repository.commit("orders/a", "1");
        String boundary = repository.commit("orders/b", "1");
        String head = repository.commit("orders/c", "1");
        Files.writeString(
                repository.git().getRepository().getDirectory().toPath().resolve("shallow"), boundary + "\n");

        VersionHistory history = history("v1.0.0", head);

        assertThat(subjects(history)).containsExactly("Change orders/c");
        assertThat(history.complete()).isFalse();
    }
}
