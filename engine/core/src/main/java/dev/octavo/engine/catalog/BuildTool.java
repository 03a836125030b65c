package dev.octavo.engine.catalog;

/** What builds a microservice. */
public enum BuildTool {
    MAVEN,
    GRADLE,
    /** Nothing: its files go into the image as they are. */
    NONE
}
