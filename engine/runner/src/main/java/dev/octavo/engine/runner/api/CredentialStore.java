package dev.octavo.engine.runner.api;

import java.util.List;
import java.util.Optional;

/** The credentials that a pipeline may ask for. */
public interface CredentialStore {
    /** Has none. */
    CredentialStore NONE = new CredentialStore() {
        @Override
        public Optional<Credential> find(String id) {
            return Optional.empty();
        }

        @Override
        public List<String> ids() {
            return List.of();
        }
    };

    Optional<Credential> find(String id);

    /** The IDs it knows, for the sentence that reports another one. */
    List<String> ids();

    /** How to provide one that is missing, as the words after "correct the ID, or ". */
    default String hint() {
        return "provide the credential";
    }
}
