#include "core/recon/networks/checkpoint.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/recon/interrupt.h"

namespace larmor::recon::networks {

namespace {
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct BlockHolder : torch::CustomClassHolder {
    Block block;
    std::size_t inputs = 0;
};

struct Checkpoint : torch::autograd::Function<Checkpoint> {
    static at::Tensor forward(AutogradContext* context, const c10::intrusive_ptr<BlockHolder>& holder, at::TensorList tensors) {
        context->saved_data["block"] = c10::IValue::make_capsule(holder);
        context->save_for_backward(tensors.vec());
        return holder->block({tensors.begin(), tensors.begin() + static_cast<std::ptrdiff_t>(holder->inputs)});
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const auto holder = c10::static_intrusive_pointer_cast<BlockHolder>(context->saved_data["block"].toCapsule());
        const variable_list saved = context->get_saved_variables();
        variable_list inputs, sources;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < saved.size(); ++i) {
            const bool isInput = i < holder->inputs;
            const at::Tensor source = isInput ? saved[i].detach().requires_grad_(saved[i].requires_grad()) : saved[i];
            if (isInput) inputs.push_back(source);
            if (!source.requires_grad()) continue;
            sources.push_back(source);
            places.push_back(i);
        }
        variable_list result(1 + saved.size());  // nothing for the block itself
        if (sources.empty()) return result;
        at::Tensor output;
        {
            const at::AutoGradMode recording(true);
            output = holder->block(inputs);
        }
        const variable_list found = torch::autograd::grad({output}, sources, {gradients[0]}, std::nullopt, false, true);
        for (std::size_t i = 0; i < places.size(); ++i) result[1 + places[i]] = found[i];
        return result;
    }
};
}  // namespace

at::Tensor checkpointed(const Block& block, const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& parameters) {
    const auto holder = c10::make_intrusive<BlockHolder>();
    holder->block = block;
    holder->inputs = inputs.size();
    variable_list tensors = inputs;
    tensors.insert(tensors.end(), parameters.begin(), parameters.end());
    return Checkpoint::apply(holder, at::TensorList(tensors));
}

at::Tensor throughBlock(const Block& block, const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& parameters,
                        const Pass& pass) {
    checkInterrupt();
    if (!pass.checkpointing || !at::GradMode::is_enabled()) return interruptible(block(inputs));
    return interruptible(checkpointed(block, inputs, pass.training ? parameters : std::vector<at::Tensor>{}));
}

}  // namespace larmor::recon::networks
