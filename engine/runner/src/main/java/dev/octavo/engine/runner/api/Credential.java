package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.SecretValue;
import org.jspecify.annotations.Nullable;

/** A credential of one of the types that pipelines bind. */
public sealed interface Credential {
    /** How its type is called in messages. */
    String typeName();

    /** A user and a password. */
    record UsernamePassword(String username, SecretValue password) implements Credential {
        @Override
        public String typeName() {
            return "username and password";
        }
    }

    /** A text, such as a token. */
    record SecretText(SecretValue text) implements Credential {
        @Override
        public String typeName() {
            return "secret text";
        }
    }

    /**
     * A file.
     *
     * @param name its file name, without a folder
     * @param content its text
     */
    record SecretFile(String name, SecretValue content) implements Credential {
        @Override
        public String typeName() {
            return "secret file";
        }
    }

    /** A user and a private key in PEM. */
    record SshPrivateKey(
            String username,
            SecretValue privateKey,
            @Nullable SecretValue passphrase) implements Credential {
        @Override
        public String typeName() {
            return "SSH user name with private key";
        }
    }

    /** A kubeconfig, the type of Jenkins' kubernetes-cd plugin. */
    record Kubeconfig(SecretValue content) implements Credential {
        @Override
        public String typeName() {
            return "kubeconfig";
        }
    }
}
