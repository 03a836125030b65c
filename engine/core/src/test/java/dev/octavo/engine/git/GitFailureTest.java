package dev.octavo.engine.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;
import org.eclipse.jgit.api.errors.TransportException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.transport.URIish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitFailureTest {
    private final GitRemote http = GitRemote.of(
            "https://git.example.org/shop.git", Map.of("GIT_USERNAME", "ada", "GIT_PASSWORD", "s3cret-token"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "git@h:x: Permission denied (publickey).|UNAUTHORIZED",
                "Host key verification failed.|UNAUTHORIZED",
                "ssh: Could not resolve hostname h: Name or service not known|UNREACHABLE",
                "ssh: connect to host h port 22: Connection refused|UNREACHABLE",
                "ERROR: Repository not found.|NOT_FOUND",
                "https://h/x: not authorized|UNAUTHORIZED",
                "https://h/x: git-receive-pack not permitted on 'https://h/x'|FORBIDDEN",
                "write: No space left on device|DISK"
            })
    void readsWhatRemotesAndClientsSay(String text, GitFailure.Kind kind) throws Exception {
        Exception failure =
                new TransportException("failed", new NoRemoteRepositoryException(new URIish("ssh://h/x"), text));

        assertThat(GitFailure.of(failure, GitRemote.of("git@h:x", Map.of())).kind())
                .isEqualTo(kind);
    }

    @Test
    void readsTheKindsOfCauses() {
        assertThat(kind(new ConnectException("Connection refused"))).isEqualTo(GitFailure.Kind.UNREACHABLE);
        assertThat(kind(new UnknownHostException("git.example.org"))).isEqualTo(GitFailure.Kind.UNREACHABLE);
        assertThat(kind(new IOException("something else"))).isEqualTo(GitFailure.Kind.OTHER);
    }

    private GitFailure.Kind kind(IOException cause) {
        return GitFailure.of(new TransportException("failed", cause), http).kind();
    }

    @Test
    void tellsSshUsersToLookAtTheirKeys() {
        GitFailure failure = GitFailure.of(
                new IOException("Permission denied (publickey)"), GitRemote.of("git@h:shop.git", Map.of()));

        assertThat(failure.fix()).contains("ssh -T");
    }

    @Test
    void repeatsNoLogin() {
        GitFailure failure = GitFailure.of(new IOException("refused for ada:s3cret-token"), http);

        assertThat(failure.why()).doesNotContain("s3cret-token");
        assertThat(http.toString()).isEqualTo("https://git.example.org/shop.git");
        assertThat(GitRemote.of("https://tok3n@h/x.git", Map.of()).url()).isEqualTo("https://h/x.git");
        assertThat(GitRemote.of("https://a:tok3n@h/x.git", Map.of()).url()).isEqualTo("https://h/x.git");
        assertThat(GitRemote.of("git@h:x.git", Map.of()).url()).isEqualTo("git@h:x.git");
    }
}
