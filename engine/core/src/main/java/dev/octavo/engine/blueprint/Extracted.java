package dev.octavo.engine.blueprint;

/**
 * What {@code octavo extract} has written for a service in an environment.
 *
 * @param configMap the ConfigMap with its addresses; {@code ""} for none
 * @param secret the Secret for its passwords, which need not be there; {@code ""} for none
 */
record Extracted(String configMap, String secret) {
    static final Extracted NOTHING = new Extracted("", "");

    boolean isNothing() {
        return configMap.isEmpty();
    }
}
