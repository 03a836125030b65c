package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.Scm;
import groovy.lang.GroovyObjectSupport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code scm} in a script. */
public final class ScmObject extends GroovyObjectSupport implements Handle {
    private final Scm scm;

    ScmObject(Scm scm) {
        this.scm = scm;
    }

    public Scm scm() {
        return scm;
    }

    public List<Map<String, Object>> getUserRemoteConfigs() {
        Map<String, Object> remote = new LinkedHashMap<>();
        remote.put("url", scm.url());
        remote.put("name", "origin");
        return new ArrayList<>(List.of(remote));
    }

    public List<Map<String, Object>> getBranches() {
        Map<String, Object> branch = new LinkedHashMap<>();
        branch.put("name", scm.branch());
        return new ArrayList<>(List.of(branch));
    }

    public List<Object> getExtensions() {
        return new ArrayList<>();
    }

    @Override
    public String toString() {
        return "scm";
    }
}
