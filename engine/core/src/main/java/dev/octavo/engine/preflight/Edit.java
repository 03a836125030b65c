package dev.octavo.engine.preflight;

/**
 * A change that corrects a finding and can do nothing else.
 *
 * @param start where it begins in the text of the file, from 0
 * @param end after what is taken away
 * @param text what comes in its place
 */
public record Edit(int start, int end, String text) {}
