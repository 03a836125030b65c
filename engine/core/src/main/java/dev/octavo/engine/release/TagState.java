package dev.octavo.engine.release;

/**
 * Where a version's tag is already, always at the commit that was asked about.
 *
 * @param name the tag
 * @param commit all 40 digits
 * @param local whether the working repository has it
 * @param remote whether the remote has it
 */
public record TagState(String name, String commit, boolean local, boolean remote) {}
