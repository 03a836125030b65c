package dev.octavo.engine.quality;

import java.util.List;
import java.util.Map;

/**
 * What of a project an analysis is of.
 *
 * @param name the branch; {@code ""} where none is known
 * @param isMain whether it is the project's main branch, and then no pull request
 * @param pullRequest the pull request's number, {@code ""} for none
 * @param target the branch that the pull request is to go to, {@code ""} for none
 */
public record SonarBranch(String name, boolean isMain, String pullRequest, String target) {
    /** The main branch. */
    public static final SonarBranch MAIN = new SonarBranch("", true, "", "");

    /**
     * A branch, or the pull request that Jenkins says it builds.
     *
     * @param environment where a multibranch job puts {@code CHANGE_ID}, {@code CHANGE_BRANCH}, {@code CHANGE_TARGET}
     */
    public static SonarBranch of(String branch, boolean main, Map<String, String> environment) {
        String change = environment.getOrDefault("CHANGE_ID", "");
        if (!change.isEmpty()) {
            return new SonarBranch(
                    environment.getOrDefault("CHANGE_BRANCH", branch),
                    false,
                    change,
                    environment.getOrDefault("CHANGE_TARGET", ""));
        }
        return main || branch.isEmpty() ? MAIN : new SonarBranch(branch, false, "", "");
    }

    /** The scanner's parameters. */
    List<String> words() {
        if (isMain) {
            return List.of();
        }
        if (pullRequest.isEmpty()) {
            return List.of("-Dsonar.branch.name=" + name);
        }
        List<String> request = List.of("-Dsonar.pullrequest.key=" + pullRequest, "-Dsonar.pullrequest.branch=" + name);
        return target.isEmpty()
                ? request
                : List.of(request.get(0), request.get(1), "-Dsonar.pullrequest.base=" + target);
    }

    @Override
    public String toString() {
        return isMain ? "the main branch" : pullRequest.isEmpty() ? "branch " + name : "pull request " + pullRequest;
    }
}
