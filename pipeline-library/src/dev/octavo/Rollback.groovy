package dev.octavo

/** Goes back to an earlier release: its plan, its gate, then what was approved. It needs no sources. */
class Rollback implements Serializable {
    private static final long serialVersionUID = 1L
    private static final String STASH = 'octavo-rollback'
    /** How often the gate asks again because the plan has changed, before the run fails. */
    private static final int ROUNDS = 3
    /** How often an agent's work is begun again where the agent is lost, or a step of Jenkins meets a restart. */
    private static final int ATTEMPTS = 3

    private final Object script
    private final Map settings
    private final Engine engine
    private final Gate gate
    private Map planned

    Rollback(Object script, Map settings) {
        this.script = script
        this.settings = settings
        this.engine = new Engine(script)
        this.gate = new Gate(script, settings, engine)
    }

    String label() {
        return settings.label ?: 'maven'
    }

    /** What SERVICE offers where the job knows its microservices. */
    String defaultService() {
        return settings.service ?: ''
    }

    /** What ENVIRONMENT offers. */
    List environments() {
        List names = []
        for (entry in (settings.environments ?: [:])) {
            names.add(entry.key)
        }
        return names ?: ['dev', 'prod']
    }

    /** Shows what was released, and what going back would change. */
    void plan() {
        script.currentBuild.description = "${service()} ${environment()} ${to() ?: ''}".toString()
        onAgent {
            engine.run('history', common(), cluster())
            makePlan()
        }
    }

    /** Asks, outside any agent, then does what was approved; where it is another by now, asks again. */
    void carryOut() {
        int round = 1
        boolean done = false
        while (!done) {
            String id = round == 1 ? 'roll-back' : "roll-back-${round}".toString()
            String approver = gate.approve(id, planned.question, planned)
            done = carriedOut(approver, round)
            round++
        }
    }

    private boolean carriedOut(String approver, int round) {
        boolean done = false
        onAgent {
            script.unstash(STASH)
            try {
                engine.run('rollback',
                    common() + signed() + [to: "${planned.to}".toString(), approvedHash: planned.hash, approver: approver], cluster())
                done = true
            } catch (Exception e) {
                // DEPLOY-201: the releases or the cluster are others by now, and nothing was written
                if (round >= ROUNDS || !"${e.message}".contains('DEPLOY-201')) {
                    throw e
                }
                script.echo("asking again, with a new plan 计划已变化，重新请求批准: ${e.message}")
                makePlan()
            }
        }
        return done
    }

    private void makePlan() {
        planned = engine.run('rollback', common() + signed() + [to: to(), planOnly: true], cluster())
        script.stash(name: STASH, includes: '.octavo/**', useDefaultExcludes: false)
    }

    private void onAgent(Closure body) {
        if (!engine.plugin()) {
            // a Jenkins of 2022 or older knows no conditions
            onceOnAgent(body)
            return
        }
        script.retry(count: ATTEMPTS, conditions: [script.agent(), script.nonresumable()]) {
            onceOnAgent(body)
        }
    }

    private void onceOnAgent(Closure body) {
        script.node(label()) {
            String container = settings.container == null ? 'maven' : settings.container
            if (container && script.env.KUBERNETES_SERVICE_HOST) {
                script.container(container) {
                    body()
                }
            } else {
                body()
            }
        }
    }

    /** The keys that the environment trusts, where it asks for signatures. */
    private Map signed() {
        return [signedBy: chosen().signedBy]
    }

    private Map common() {
        return [
            service: service(),
            environment: environment(),
            clusterNamespace: chosen().namespace,
        ]
    }

    private Map cluster() {
        return [kubeconfigId: chosen().kubeconfig]
    }

    private Map chosen() {
        return settings.environments?.get(environment()) ?: [:]
    }

    private String service() {
        return script.params.SERVICE?.trim()
    }

    private String environment() {
        return script.params.ENVIRONMENT?.trim()
    }

    private String to() {
        return script.params.TO?.trim()
    }
}
