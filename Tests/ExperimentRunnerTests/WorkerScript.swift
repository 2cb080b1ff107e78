/// A worker that answers each job with a record made beforehand, or fails as the job's preimage asks.
///
/// It speaks the protocol of `WorkerMessage.swift`, so that failures of every kind can be had on
/// demand. Its argument is a folder with a staged record for each seed.
enum WorkerScript {
  static let text = #"""
    #!/bin/sh
    echo '{"ready":true}'
    while IFS= read -r line; do
      session=$(printf '%s' "$line" | sed -n 's/.*"session":"\([^"]*\)".*/\1/p')
      seed=$(printf '%s' "$line" | sed -n 's/.*\\nseed = \([0-9]*\)\\n.*/\1/p')
      fault=$(printf '%s' "$line" | sed -n 's/.*\\nfault = \([a-z]*\)\\n.*/\1/p')
      echo '{"steps":40,"budget":100}'
      case $fault in
        exit) echo 'what the engine had to say' >&2; exit 3 ;;
        kill) kill -9 $$ ;;
        throw) echo '{"failed":"the loss is not finite"}'; continue ;;
        unstorable) echo '{"unstorable":"cannot write /x: No space left on device"}'; continue ;;
        trialexit | trialthrow)
          if [ ! -e "$1/tried-$seed" ]; then
            touch "$1/tried-$seed"
            echo '{"on_trial":true}'
            [ $fault = trialexit ] && exit 3
            echo '{"resumed":40}'
            echo '{"failed":"its log-probability is not reproduced"}'
            continue
          fi ;;
        trialtwice) echo x >> "$1/tried-$seed"; echo '{"on_trial":true}'; exit 3 ;;
        trialkill) echo '{"on_trial":true}'; kill -9 $$ ;;
        trialpassed)
          echo x >> "$1/tried-$seed"
          echo '{"on_trial":true}'
          echo '{"resumed":40}'
          echo '{"on_trial":false}'
          exit 3 ;;
        garbage) echo 'Hello!'; continue ;;
        silence) exec >&-; sleep 60 ;;
        missing) echo "{\"staged\":\"$session/nothing\"}"; continue ;;
        altered)
          cp -r "$1/$seed" "$session/$seed"
          printf x >> "$session/$seed/weights.safetensors"
          echo "{\"staged\":\"$session/$seed\"}"
          continue ;;
      esac
      cp -r "$1/$seed" "$session/$seed"
      echo "{\"staged\":\"$session/$seed\"}"
    done

    """#
}
