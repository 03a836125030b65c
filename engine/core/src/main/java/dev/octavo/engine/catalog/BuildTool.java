package dev.octavo.engine.catalog;

/** What builds a microservice. */
public enum BuildTool {
    MAVEN,
    GRADLE,
    /** npm or one of its like: there is a {@code package.json} with a script called {@code build}. */
    NPM,
    /** Nothing: its files go into the image as they are. */
    NONE
}
