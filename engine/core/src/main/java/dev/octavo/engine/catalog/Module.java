package dev.octavo.engine.catalog;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A module of a Maven or Gradle build. Folders of other modules are those that are in the tree.
 *
 * @param directory its folder
 * @param path what names it in its build, for Gradle; {@code ""} for Maven
 * @param packaging {@code jar}, {@code war}, {@code pom} or what else Maven knows
 * @param members the folders of the modules that it aggregates
 * @param uses the folders of the modules that it depends on
 * @param parent the folder of the module that it inherits from
 * @param javaLevel 0 where the build does not say
 * @param springBoot Spring Boot's version; {@code ""} where the build does not say
 * @param bootPlugin whether its own build file asks for Spring Boot's plugin
 * @param dependencies what its build file and those that it inherits from ask for, as {@code group:artifact}
 * @param passedOn those of them that whoever uses it gets too
 * @param exclusions artifacts that it does not want to get from others
 * @param mainClass the class that the build names as the one to start; {@code ""} for none
 * @param runnable whether the build makes something of it that runs by itself, other than with Spring Boot's plugin: a
 *     jar with all that it needs, a distribution, an image
 * @param properties what the build calls by name
 * @param artifact a glob from {@code directory}
 */
record Module(
        String directory,
        BuildTool tool,
        String name,
        String path,
        String packaging,
        Set<String> members,
        Set<String> uses,
        @Nullable String parent,
        int javaLevel,
        String springBoot,
        boolean bootPlugin,
        Set<String> dependencies,
        Set<String> passedOn,
        Set<String> exclusions,
        String mainClass,
        boolean runnable,
        Map<String, String> properties,
        String artifact) {
    Module {
        members = Set.copyOf(members);
        uses = Set.copyOf(uses);
        dependencies = Set.copyOf(dependencies);
        passedOn = Set.copyOf(passedOn);
        exclusions = Set.copyOf(exclusions);
        properties = Map.copyOf(properties);
    }

    boolean aggregates() {
        return !members.isEmpty();
    }

    /** Whether it can have no sources of its own. */
    boolean onlyAggregates() {
        return aggregates() && packaging.equals("pom");
    }

    /** A Java level as builds write it: {@code 1.8}, {@code 17}, {@code VERSION_1_8}; 0 for anything else. */
    static int javaLevel(String text) {
        String number = text.strip().replace("VERSION_", "").replace('_', '.');
        if (number.startsWith("1.")) {
            number = number.substring(2);
        }
        return number.matches("[0-9]{1,2}") ? Integer.parseInt(number) : 0;
    }
}
