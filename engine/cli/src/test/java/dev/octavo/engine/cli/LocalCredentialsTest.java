package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCredentialsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("AMY", "amy", "AMYS", "s3cret", "TOKEN", "t0ken");

    @TempDir
    Path folder;

    @Test
    void takesThemFromVariablesAndFiles() throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), "apiVersion: v1");

        LocalCredentials credentials =
                new LocalCredentials(List.of("login=AMY:AMYS", "token=TOKEN", "cluster=@" + file), ENVIRONMENT);

        assertThat(credentials.ids()).containsExactly("login", "token", "cluster");
        assertThat(credentials.find("login")).get().isInstanceOf(Credential.UsernamePassword.class);
        assertThat(credentials.find("token")).get().isInstanceOf(Credential.SecretText.class);
        assertThat(credentials.find("cluster")).get().isInstanceOf(Credential.SecretFile.class);
        assertThat(credentials.hint()).contains("--credential ID=VARIABLE");
    }

    @Test
    void namesAVariableThatIsNotThere() {
        assertThatThrownBy(() -> new LocalCredentials(List.of("token=TOKENS"), ENVIRONMENT))
                .isInstanceOfSatisfying(EngineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS);
                    assertThat(failure.why()).contains("TOKENS");
                });
    }

    @Test
    void doesNotShowASecretThatWasGivenByMistake() {
        for (String wrong : List.of("token=hunter2!", "login=amy:hunter2!", "token=@hunter2!")) {
            assertThatThrownBy(() -> new LocalCredentials(List.of(wrong), ENVIRONMENT))
                    .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.describe())
                            .contains(wrong.split("=")[0], "never the secret itself")
                            .doesNotContain(wrong.startsWith("token=@") ? "=@" : "hunter2"));
        }
    }
}
